namespace Tessera.Container;

/// <summary>Where a segment is, and what it holds.</summary>
/// <param name="Offset">The offset of its chunk from the start of the file.</param>
/// <param name="FirstTile">The number of its first tile.</param>
/// <param name="PayloadLength">Bytes of the chunk's payload; the chunk has <see cref="ContainerFormat.ChunkOverhead"/> more.</param>
/// <param name="TileCount">How many tiles.</param>
/// <param name="FirstChannel">The first channel.</param>
/// <param name="ChannelCount">How many channels.</param>
public readonly record struct IndexEntry(long Offset, long FirstTile, int PayloadLength, int TileCount, int FirstChannel, int ChannelCount)
{
    /// <summary>The offset of the first byte after the chunk.</summary>
    public long End => Offset + ContainerFormat.ChunkOverhead + PayloadLength;

    internal static IndexEntry Create(SegmentHeader segment, long offset, int payloadLength) =>
        new(offset, segment.FirstTile, payloadLength, segment.TileCount, segment.FirstChannel, segment.ChannelCount);
}
