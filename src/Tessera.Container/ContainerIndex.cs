using System.Collections.Immutable;

namespace Tessera.Container;

/// <summary>Where every segment is: in the order of the file, each channel of each tile exactly once.</summary>
public sealed class ContainerIndex
{
    private readonly int _channels;

    private ContainerIndex(ImmutableArray<IndexEntry> segments, int channels)
    {
        Segments = segments;
        _channels = channels;
    }

    /// <summary>All segments, ordered by first tile, then by first channel.</summary>
    public ImmutableArray<IndexEntry> Segments { get; }

    /// <summary>Finds the segments that hold any channel of any of some tiles.</summary>
    /// <param name="firstTile">The first of the tiles.</param>
    /// <param name="tileCount">How many tiles, at least 1.</param>
    /// <returns>The segments in the order of the file.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The image has no such tiles.</exception>
    public ImmutableArray<IndexEntry> FindSegments(long firstTile, int tileCount = 1)
    {
        long tiles = Segments[^1].FirstTile + Segments[^1].TileCount;
        ArgumentOutOfRangeException.ThrowIfNegative(firstTile);
        ArgumentOutOfRangeException.ThrowIfLessThan(tileCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstTile, tiles - tileCount);

        // Each channel of the first tile is in one of the segments that begin at or before it: go back until all are found.
        int start = CountThatBeginAtOrBefore(firstTile);
        for (int missing = _channels; missing > 0;)
        {
            IndexEntry entry = Segments[--start];
            if (entry.FirstTile + entry.TileCount > firstTile)
                missing -= entry.ChannelCount;
        }

        var found = ImmutableArray.CreateBuilder<IndexEntry>();
        for (int i = start; i < Segments.Length && Segments[i].FirstTile < firstTile + tileCount; i++)
        {
            if (Segments[i].FirstTile + Segments[i].TileCount > firstTile)
                found.Add(Segments[i]);
        }

        return found.ToImmutable();
    }

    /// <summary>Reads and checks the payload of an INDX chunk.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="header">The file's header.</param>
    /// <param name="chunkOffset">The offset of the chunk: segments end at or before it.</param>
    internal static ContainerIndex Parse(ReadOnlySpan<byte> payload, ContainerHeader header, long chunkOffset)
    {
        long start = chunkOffset + ContainerFormat.ChunkHeadLength;
        int entriesLength = payload.Length - sizeof(uint);
        if (entriesLength < 0)
            throw new TesseraFormatException("The index ends before its length", start);
        ImmutableArray<IndexEntry> entries = ReadEntries(payload[..entriesLength], header, chunkOffset);
        var trailer = new PayloadReader(payload[entriesLength..], start + entriesLength, "index");
        uint length = trailer.ReadUInt32("length");
        return length == (uint)payload.Length + ContainerFormat.ChunkOverhead
            ? new(entries, header.Channels)
            : throw new TesseraFormatException(
                $"The index says that it has {length} bytes; it has {payload.Length + ContainerFormat.ChunkOverhead}",
                start + entriesLength);
    }

    private static ImmutableArray<IndexEntry> ReadEntries(ReadOnlySpan<byte> bytes, ContainerHeader header, long chunkOffset)
    {
        var reader = new PayloadReader(bytes, chunkOffset + ContainerFormat.ChunkHeadLength, "index");
        var entries = ImmutableArray.CreateBuilder<IndexEntry>();
        var sequence = new SegmentSequence(header);
        long end = ContainerFormat.SignatureLength, firstTile = 0;
        while (reader.Remaining > 0)
        {
            long at = reader.Offset;
            IndexEntry entry = ReadEntry(ref reader, header.Channels, end, firstTile);
            if (entry.End > chunkOffset)
            {
                throw new TesseraFormatException(
                    $"The index gives segment {entries.Count} bytes {entry.Offset} to {entry.End}, beyond its own start", at);
            }

            if (sequence.Accept(entry.FirstTile, entry.TileCount, entry.FirstChannel, entry.ChannelCount, allowGaps: false) is { } fault)
                throw new TesseraFormatException($"The index is wrong. {fault}", at);
            entries.Add(entry);
            (end, firstTile) = (entry.End, entry.FirstTile);
        }

        return sequence.FindMissing() is { } missing
            ? throw new TesseraFormatException($"The index is wrong. {missing}", reader.Offset)
            : entries.DrainToImmutable();
    }

    private static IndexEntry ReadEntry(ref PayloadReader reader, int channels, long end, long firstTile)
    {
        // Offsets are below 2^62: the sums do not overflow.
        long offset = end + reader.ReadInt64("gap", 0, (1L << 62) - end);
        int length = reader.ReadInt32("segment length", 0, ContainerFormat.MaxPayloadLength);
        firstTile += reader.ReadInt64("tile step", 0, long.MaxValue - firstTile);
        int tileCount = reader.ReadInt32("tile count", 1, ContainerFormat.MaxBandTiles);
        int channelCount = reader.ReadInt32("channel count", 0, channels - 1);
        return channelCount == 0
            ? new(offset, firstTile, length, tileCount, 0, channels)
            : new(offset, firstTile, length, tileCount, reader.ReadInt32("first channel", 0, channels - channelCount), channelCount);
    }

    private int CountThatBeginAtOrBefore(long tile)
    {
        int low = 0, high = Segments.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Segments[middle].FirstTile <= tile)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
