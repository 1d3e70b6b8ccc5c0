using System.Buffers;

namespace Tessera.Container;

/// <summary>Reads the payloads of whole chunks after the header, and checks what depends on those before.</summary>
internal sealed class FileContent
{
    private readonly bool _recover;
    private readonly ChunkOrder _order;
    private readonly IndexBuilder _expectedIndex;

    /// <summary>What was read, for recovery: there the index may name more, and must name all of it.</summary>
    private readonly List<IndexEntry> _read = [];

    public FileContent(ContainerHeader header, bool recover)
    {
        Header = header;
        _recover = recover;
        _order = new(header, recover);
        _expectedIndex = new(header.Channels);
    }

    public ContainerHeader Header { get; }

    /// <summary>What was wrong with the order of chunks and taken all the same; null if nothing was.</summary>
    public string? ToleratedFault => _order.Tolerated;

    public SegmentItem ReadSegment(in ReadOnlySequence<byte> payload, long offset)
    {
        int length = (int)payload.Length;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            payload.CopyTo(buffer);
            SegmentItem item = SegmentItem.Parse(buffer, 0, length, offset, Header);
            Check(_order.Segment(item.Header), offset);
            var entry = IndexEntry.Create(item.Header, offset, length);
            if (_recover)
                _read.Add(entry);
            else
                _expectedIndex.Append(entry);
            return item;
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    public AncillaryItem ReadAncillary(ChunkType type, in ReadOnlySequence<byte> sequence, long offset)
    {
        byte[] payload = sequence.ToArray();
        long payloadOffset = offset + ContainerFormat.ChunkHeadLength;
        AncillaryScope scope = AncillaryScope.Image;
        int frame = 0;
        if (type == ChunkType.Frame)
        {
            FrameContent content = FrameContent.Parse(payload, Header.Version, payloadOffset);
            Check(_order.Frame(content), offset);
            (scope, frame) = (AncillaryScope.Frame, content.Index);
        }
        else if (type.IsMetadata)
        {
            Check(_order.Metadata(type, out scope, out frame), offset);
            if (type == ChunkType.Text)
                TextContent.Parse(payload, payloadOffset);
            else if (type == ChunkType.Metadata)
                MetadataContent.Parse(payload, payloadOffset);
        }

        return new(type, payload, offset, scope, frame);
    }

    public ContainerIndex ReadIndex(in ReadOnlySequence<byte> sequence, long offset)
    {
        byte[] payload = sequence.ToArray();
        if (_recover)
            return CheckNamesAll(ContainerIndex.Parse(payload, Header, offset), offset);
        Check(_order.End(), offset);
        ContainerIndex index = ContainerIndex.Parse(payload, Header, offset);
        int common = payload.AsSpan().CommonPrefixLength(_expectedIndex.Entries);
        return common == _expectedIndex.Entries.Length
            ? index
            : throw new TesseraFormatException(
                "The index does not agree with the segments", offset + ContainerFormat.ChunkHeadLength + common);
    }

    private ContainerIndex CheckNamesAll(ContainerIndex index, long offset)
    {
        int next = 0;
        foreach (IndexEntry entry in _read)
        {
            while (next < index.Segments.Length && index.Segments[next].Offset < entry.Offset)
                next++;
            if (next == index.Segments.Length || index.Segments[next] != entry)
                throw new TesseraFormatException($"The index does not name the segment at byte {entry.Offset} as it is", offset);
        }

        return index;
    }

    private static void Check(string? fault, long offset)
    {
        if (fault is not null)
            throw new TesseraFormatException(fault, offset);
    }
}
