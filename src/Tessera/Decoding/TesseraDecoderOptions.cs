using Tessera.Container;

namespace Tessera;

/// <summary>How to decode.</summary>
public sealed record TesseraDecoderOptions
{
    /// <summary>The models that may be used. A file that needs another one is refused.</summary>
    public required ModelRegistry Registry { get; init; }

    /// <summary>How many segments are decoded at the same time; 0 for as many as there are processors.</summary>
    public int MaxDegreeOfParallelism { get; init; }

    /// <summary>
    /// How many frames to decode, from the first on; at least 1. The default is all. What comes after them in the file is not read,
    /// metadata behind the samples included.
    /// </summary>
    public int MaxFrames { get; init; } = int.MaxValue;

    /// <summary>What to refuse.</summary>
    public ContainerLimits Limits { get; init; } = ContainerLimits.Default;

    /// <summary>
    /// What to do about damage. With <see cref="RecoveryMode.SkipDamage"/>, a damaged segment costs its own tiles and no others:
    /// their samples become 0, and the summary lists them.
    /// </summary>
    public RecoveryMode Recovery { get; init; } = RecoveryMode.None;

    /// <summary>The limits for an image in memory: a frame may be as large as a band.</summary>
    internal RasterLimits ToRasterLimits() => new()
    {
        MaxPixels = Limits.MaxPixels,
        MaxAllocation = Math.Min(Limits.MaxBandSamples, long.MaxValue / sizeof(ushort)) * sizeof(ushort),
        MaxMetadata = Limits.MaxAncillaryTotal,
    };

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (Registry is null)
            throw new ArgumentException("A registry of models is needed.");
        if (Limits is null)
            throw new ArgumentException("The limits are not set.");
        if (MaxDegreeOfParallelism < 0)
            throw new ArgumentException($"The degree of parallelism is 0 (automatic) or more, not {MaxDegreeOfParallelism}.");
        if (MaxFrames < 1)
            throw new ArgumentException($"At least one frame is decoded, not {MaxFrames}.");
        if (!Enum.IsDefined(Recovery))
            throw new ArgumentException($"There is no recovery mode {(int)Recovery}.");
    }
}
