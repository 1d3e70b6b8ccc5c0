using System.Collections.Immutable;

namespace Tessera.Cli.Benchmarks.Codecs;

/// <summary>A lossless codec as a pair of programs, at one of its settings.</summary>
/// <param name="Name">What <c>--codec</c> and the results call it.</param>
/// <param name="Label">What it is called in tables and plots.</param>
/// <param name="Family">The codec without its setting.</param>
/// <param name="Encode">The command that encodes.</param>
/// <param name="Decode">The command that decodes; null where what was coded is itself a PNG or Netpbm file.</param>
/// <param name="Extension">The extension of coded files, with its dot.</param>
internal sealed record Codec(string Name, string Label, string Family, CommandTemplate Encode, CommandTemplate? Decode, string Extension)
{
    /// <summary>What the encoder takes.</summary>
    public Interchange EncoderInput { get; init; } = Interchange.Netpbm;

    /// <summary>What the decoder gives.</summary>
    public Interchange DecoderOutput { get; init; } = Interchange.Netpbm;

    /// <summary>The largest number of bits of a sample that it codes.</summary>
    public int MaxBitDepth { get; init; } = SampleFormat.MaxBitDepth;

    /// <summary>Whether it is Tessera.</summary>
    public bool IsTessera { get; init; }

    /// <summary>Whether it is Tessera as it is without options.</summary>
    public bool IsDefaultTessera { get; init; }

    /// <summary>Whether it is so slow for what it gains that it runs only if it is asked for.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The arguments that make the encoder say its version; empty where there are none.</summary>
    public ImmutableArray<string> VersionArguments { get; init; } = ["--version"];

    /// <summary>The programs that it needs.</summary>
    public IEnumerable<string> Programs => Decode is null ? [Encode.Program] : [Encode.Program, Decode.Program];
}
