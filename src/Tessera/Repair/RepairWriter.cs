using Tessera.Container;

namespace Tessera;

/// <summary>Writes a repaired file in its order: frames, segments that are copied, and those that fill gaps.</summary>
internal sealed class RepairWriter(
    ContainerWriter writer, TileGrid grid, SegmentFiller filler, IReadOnlyList<LostRange> gaps, IReadOnlyDictionary<int, FrameInfo> frames)
{
    private readonly Queue<int> _frames = new(frames.Keys.Order());
    private int _filled;
    private int _passed;

    public long CopiedSegmentCount { get; private set; }

    public long ByteCount => writer.BytesWritten;

    public async Task BeginAsync(ContainerHeader header, ImageMetadata metadata, CancellationToken cancellationToken)
    {
        await writer.WriteHeaderAsync(header, cancellationToken).ConfigureAwait(false);
        await writer.WriteMetadataAsync(metadata, isCopy: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies a segment, and before it writes what comes first; not if it is one that could not be decoded.</summary>
    public async Task CopyAsync(SegmentItem segment, CancellationToken cancellationToken)
    {
        SegmentHeader header = segment.Header;
        if (IsLost(header))
            return;
        await FillUpToAsync(header.FirstTile, header.FirstChannel, cancellationToken).ConfigureAwait(false);
        await WriteAsync(header, segment.Payload, cancellationToken).ConfigureAwait(false);
        CopiedSegmentCount++;
    }

    /// <summary>Copies a chunk of which nothing is known: it may come anywhere.</summary>
    public ValueTask CopyAsync(AncillaryItem chunk, CancellationToken cancellationToken) => writer.WriteAncillaryAsync(chunk.Type, chunk.Payload, cancellationToken);

    public async Task CompleteAsync(ImageMetadata trailer, CancellationToken cancellationToken)
    {
        await FillUpToAsync(long.MaxValue, 0, cancellationToken).ConfigureAwait(false);
        await writer.WriteMetadataAsync(trailer, isCopy: true, cancellationToken).ConfigureAwait(false);
        await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task FillUpToAsync(long tile, int channel, CancellationToken cancellationToken)
    {
        for (; _filled < gaps.Count && (gaps[_filled].FirstTile, gaps[_filled].FirstChannel).CompareTo((tile, channel)) < 0; _filled++)
        {
            (SegmentHeader header, ReadOnlyMemory<byte> payload) = filler.Fill(gaps[_filled]);
            await WriteAsync(header, payload, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(SegmentHeader header, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        long frame = header.FirstTile / grid.TilesPerFrame;
        while (_frames.TryPeek(out int next) && next <= frame)
        {
            await writer.WriteFrameAsync(next, frames[next], isCopy: true, cancellationToken).ConfigureAwait(false);
            _frames.Dequeue();
        }

        await writer.WriteSegmentAsync(header, payload, cancellationToken).ConfigureAwait(false);
    }

    // Segments come in the order of their first tiles, as gaps do: those that end before this one begins are past for good.
    private bool IsLost(SegmentHeader header)
    {
        while (_passed < gaps.Count && gaps[_passed].FirstTile + gaps[_passed].TileCount <= header.FirstTile)
            _passed++;
        for (int i = _passed; i < gaps.Count && gaps[i].FirstTile < header.FirstTile + header.TileCount; i++)
        {
            if (gaps[i].FirstTile + gaps[i].TileCount > header.FirstTile
                && gaps[i].FirstChannel < header.FirstChannel + header.ChannelCount && header.FirstChannel < gaps[i].FirstChannel + gaps[i].ChannelCount)
            {
                return true;
            }
        }

        return false;
    }
}
