using System.Text.Json.Serialization;
using Tessera.Cli.Benchmarks.Codecs;

namespace Tessera.Cli.Benchmarks.Results;

/// <summary>Whether a codec was measured.</summary>
internal enum CodecState
{
    /// <summary>It was.</summary>
    [JsonStringEnumMemberName("measured")]
    Measured,

    /// <summary>One of its programs is not on the PATH.</summary>
    [JsonStringEnumMemberName("absent")]
    Absent,

    /// <summary>It runs only if it is asked for.</summary>
    [JsonStringEnumMemberName("leftOut")]
    LeftOut,
}

/// <summary>A codec.</summary>
/// <param name="Name">Its name, as results refer to it.</param>
/// <param name="Label">Its name for people.</param>
/// <param name="Family">The codec without its setting.</param>
/// <param name="IsTessera">Whether it is Tessera.</param>
/// <param name="IsDefault">Whether it is Tessera as it is without options.</param>
/// <param name="State">Whether it was measured.</param>
/// <param name="EncodeCommand">How it encodes.</param>
/// <param name="DecodeCommand">How it decodes; null where what was coded is itself a picture's file.</param>
internal sealed record CodecReport(
    string Name, string Label, string Family, bool IsTessera, bool IsDefault, CodecState State, string EncodeCommand, string? DecodeCommand)
{
    /// <summary>What the encoder says its version is.</summary>
    public string? Version { get; init; }

    /// <summary>The programs that were not found.</summary>
    public string? Missing { get; init; }

    /// <summary>Seconds that encoding a picture of a few pixels takes: the start of the program.</summary>
    public double? EncodeStartSeconds { get; init; }

    /// <summary>Seconds that decoding it takes.</summary>
    public double? DecodeStartSeconds { get; init; }

    public static CodecReport Of(Codec codec, CodecState state) => new(
        codec.Name, codec.Label, codec.Family, codec.IsTessera, codec.IsDefaultTessera, state, Describe(codec, codec.Encode), codec.Decode is null ? null : Describe(codec, codec.Decode));

    // How this program was started is of no interest to others.
    private static string Describe(Codec codec, CommandTemplate command) => codec.IsTessera
        ? "tessera " + string.Join(' ', command.Arguments.SkipWhile(a => a is not ("encode" or "decode")))
        : command.ToString();
}
