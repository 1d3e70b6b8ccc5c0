using System.Text.Json.Serialization;

namespace Tessera.Cli.Benchmarks.Results;

/// <summary>What became of a picture in a codec.</summary>
internal enum Outcome
{
    /// <summary>It came back with every sample.</summary>
    [JsonStringEnumMemberName("lossless")]
    Lossless,

    /// <summary>It came back, and was another one.</summary>
    [JsonStringEnumMemberName("lossy")]
    Lossy,

    /// <summary>A program failed.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>The codec does not take such samples.</summary>
    [JsonStringEnumMemberName("unsupported")]
    Unsupported,
}

/// <summary>What work took, or the sum of much work.</summary>
/// <param name="WallSeconds">Time by the clock, start-up included.</param>
/// <param name="ProcessorSeconds">Time of all processors; null where the system does not tell.</param>
/// <param name="PeakBytes">The most memory that was resident; null where the system does not tell.</param>
/// <param name="MegapixelsPerSecond">Speed by the clock.</param>
internal sealed record Cost(double WallSeconds, double? ProcessorSeconds, long? PeakBytes, double MegapixelsPerSecond);

/// <summary>One codec on one picture.</summary>
/// <param name="Codec">The codec's name.</param>
/// <param name="Outcome">What became of the picture.</param>
internal sealed record Measurement(string Codec, Outcome Outcome)
{
    /// <summary>Bytes of the coded file.</summary>
    public long? Bytes { get; init; }

    /// <summary>Bits of it per sample of the picture.</summary>
    public double? BitsPerSubpixel { get; init; }

    /// <summary>What encoding took.</summary>
    public Cost? Encode { get; init; }

    /// <summary>What decoding took.</summary>
    public Cost? Decode { get; init; }

    /// <summary>What is wrong where the outcome is not lossless.</summary>
    public string? Message { get; init; }
}
