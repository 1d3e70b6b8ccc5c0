using System.Collections.Immutable;

namespace Tessera.Container;

/// <summary>Consecutive tiles of a segment that one model coded.</summary>
/// <param name="ModelIndex">The model's place in the model table.</param>
/// <param name="TileCount">How many tiles, at least 1.</param>
public readonly record struct SegmentRun(int ModelIndex, int TileCount);

/// <summary>What a segment holds: consecutive tiles of one band, some or all of their channels, and who coded them.</summary>
public sealed record SegmentHeader
{
    /// <summary>The number of the first tile, from 0, counted over all frames.</summary>
    public required long FirstTile { get; init; }

    /// <summary>How many tiles, at least 1, all of one band.</summary>
    public required int TileCount { get; init; }

    /// <summary>The first channel.</summary>
    public int FirstChannel { get; init; }

    /// <summary>How many channels, at least 1.</summary>
    public required int ChannelCount { get; init; }

    /// <summary>The runs, 1 to <see cref="ContainerFormat.MaxRuns"/>, in the order of their tiles, of which they hold all.</summary>
    public required ImmutableArray<SegmentRun> Runs { get; init; }

    /// <summary>The <see cref="Container.SampleChecksum"/> of the decoded samples.</summary>
    public required uint SampleChecksum { get; init; }

    /// <summary>Compares all fields, and the runs one by one.</summary>
    /// <param name="other">The other header.</param>
    /// <returns>Whether both are equal.</returns>
    public bool Equals(SegmentHeader? other) =>
        other is not null && FirstTile == other.FirstTile && TileCount == other.TileCount && FirstChannel == other.FirstChannel &&
        ChannelCount == other.ChannelCount && SampleChecksum == other.SampleChecksum && Runs.AsSpan().SequenceEqual(other.Runs.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(FirstTile, TileCount, FirstChannel, ChannelCount, SampleChecksum);

    /// <summary>Writes which tiles and channels it holds, as in "tiles 4 to 7, channels 0 to 2".</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        $"tiles {FirstTile} to {FirstTile + TileCount - 1}, channels {FirstChannel} to {FirstChannel + ChannelCount - 1}";

    /// <summary>What is wrong with the runs, or null. The tiles and channels are checked by <see cref="SegmentSequence"/>.</summary>
    internal string? FindRunFault(int modelCount)
    {
        if (Runs.IsDefaultOrEmpty || Runs.Length > ContainerFormat.MaxRuns)
            return $"A segment has {(Runs.IsDefault ? 0 : Runs.Length)} runs; it may have 1 to {ContainerFormat.MaxRuns}";
        long tiles = 0;
        foreach (SegmentRun run in Runs)
        {
            if (run.TileCount < 1)
                return $"A run has {run.TileCount} tiles; it must have at least 1";
            if (run.ModelIndex < 0 || run.ModelIndex >= modelCount)
                return $"A run refers to model {run.ModelIndex}, but the model table has {modelCount} entries";
            tiles += run.TileCount;
        }

        return tiles == TileCount ? null : $"The runs of a segment have {tiles} tiles together, the segment has {TileCount}";
    }
}
