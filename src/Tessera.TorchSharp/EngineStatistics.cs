namespace Tessera.TorchSharp;

/// <summary>What an engine did on its devices.</summary>
public sealed record EngineStatistics
{
    /// <summary>Batches that were run.</summary>
    public long Batches { get; init; }

    /// <summary>Tiles in all of them.</summary>
    public long Tiles { get; init; }

    /// <summary>Tiles of the largest batch.</summary>
    public int LargestBatch { get; init; }

    /// <summary>The time that batches took on the devices, transfers included; of several devices the sum.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>
    /// Of <see cref="Time"/>, what went into copying elements to the devices and back. 0 where <see cref="TorchEngineOptions.MeasuresTransfers"/> is not set.
    /// </summary>
    public TimeSpan TransferTime { get; init; }
}
