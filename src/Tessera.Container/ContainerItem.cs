using System.Buffers;

namespace Tessera.Container;

/// <summary>Something that a reader found, in the order of the file.</summary>
public abstract class ContainerItem
{
    private protected ContainerItem(long offset) => Offset = offset;

    /// <summary>Where it begins, in bytes from the start of the file.</summary>
    public long Offset { get; }
}

/// <summary>The header.</summary>
public sealed class HeaderItem : ContainerItem
{
    internal HeaderItem(ContainerHeader header, int payloadLength)
        : base(ContainerFormat.SignatureLength)
    {
        Header = header;
        PayloadLength = payloadLength;
    }

    /// <summary>The header.</summary>
    public ContainerHeader Header { get; }

    /// <summary>Bytes of the chunk's payload.</summary>
    public int PayloadLength { get; }
}

/// <summary>What an ancillary chunk belongs to.</summary>
public enum AncillaryScope
{
    /// <summary>The image: it comes before the first frame.</summary>
    Image = 0,

    /// <summary>A frame: it is a "fram" chunk or follows one, before the frame's first segment.</summary>
    Frame = 1,

    /// <summary>The image: it comes after the last segment.</summary>
    Trailer = 2,
}

/// <summary>An ancillary chunk: metadata, or something that this version does not know.</summary>
public sealed class AncillaryItem : ContainerItem
{
    internal AncillaryItem(ChunkType type, byte[] payload, long offset, AncillaryScope scope, int frame)
        : base(offset)
    {
        Type = type;
        Payload = payload;
        Scope = scope;
        Frame = frame;
    }

    /// <summary>The type; <see cref="ChunkType.IsKnown"/> says whether this version defines it.</summary>
    public ChunkType Type { get; }

    /// <summary>The payload. That of the types "text", "meta" and "fram" was checked.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>What it belongs to; without meaning for an unknown type.</summary>
    public AncillaryScope Scope { get; }

    /// <summary>The number of the frame that it belongs to, if <see cref="Scope"/> says so.</summary>
    public int Frame { get; }

    /// <summary>The offset of the payload.</summary>
    public long PayloadOffset => Offset + ContainerFormat.ChunkHeadLength;
}

/// <summary>A segment. Its memory is pooled: dispose of the item when the payload is no longer needed.</summary>
public sealed class SegmentItem : ContainerItem, IDisposable
{
    private readonly Range _coded;
    private byte[]? _buffer;

    /// <param name="header">The segment header.</param>
    /// <param name="buffer">Rented from the shared pool; belongs to the item now.</param>
    /// <param name="coded">Where the coded bytes are in the buffer.</param>
    /// <param name="headerLength">Bytes of the segment header.</param>
    /// <param name="offset">The offset of the chunk.</param>
    private SegmentItem(SegmentHeader header, byte[] buffer, Range coded, int headerLength, long offset)
        : base(offset)
    {
        Header = header;
        _buffer = buffer;
        _coded = coded;
        HeaderLength = headerLength;
        ChunkPayloadLength = headerLength + coded.End.Value - coded.Start.Value;
    }

    /// <summary>Which tiles it holds, and who coded them.</summary>
    public SegmentHeader Header { get; }

    /// <summary>The coded bytes.</summary>
    /// <exception cref="ObjectDisposedException">The item was disposed.</exception>
    public ReadOnlyMemory<byte> Payload
    {
        get
        {
            ObjectDisposedException.ThrowIf(_buffer is null, this);
            return _buffer.AsMemory(_coded);
        }
    }

    /// <summary>Bytes of the segment header.</summary>
    public int HeaderLength { get; }

    /// <summary>Bytes of the chunk's payload: the segment header and the coded bytes.</summary>
    public int ChunkPayloadLength { get; }

    /// <summary>The offset of the coded bytes.</summary>
    public long PayloadOffset => Offset + ContainerFormat.ChunkHeadLength + HeaderLength;

    /// <summary>Reads the payload of a SEGM chunk.</summary>
    /// <param name="buffer">Rented from the shared pool. It belongs to the item, or, after an exception, to the caller.</param>
    /// <param name="start">Where the payload begins in the buffer.</param>
    /// <param name="length">Bytes of the payload.</param>
    /// <param name="offset">The offset of the chunk.</param>
    /// <param name="container">The file's header.</param>
    internal static SegmentItem Parse(byte[] buffer, int start, int length, long offset, ContainerHeader container)
    {
        var reader = new PayloadReader(buffer.AsSpan(start, length), offset + ContainerFormat.ChunkHeadLength, "segment header");
        SegmentHeader header = SegmentHeaderCodec.Read(ref reader, container.Channels, container.Models.Length);
        return new(header, buffer, (start + reader.Position)..(start + length), reader.Position, offset);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}

/// <summary>Bytes that could not be read and were passed over (<see cref="RecoveryMode.SkipDamage"/>).</summary>
public sealed class DamagedItem : ContainerItem
{
    internal DamagedItem(long offset, long length, string reason)
        : base(offset)
    {
        Length = length;
        Reason = reason;
    }

    /// <summary>How many bytes; 0 where something is missing.</summary>
    public long Length { get; }

    /// <summary>What is wrong with them.</summary>
    public string Reason { get; }
}

/// <summary>The end of the file: its index.</summary>
public sealed class EndItem : ContainerItem
{
    internal EndItem(ContainerIndex? index, long offset, long length)
        : base(offset)
    {
        Index = index;
        Length = length;
    }

    /// <summary>
    /// The index. Without recovery it is there and agrees with the segments that were read; with recovery it is null if it was damaged,
    /// and otherwise tells which segments were lost.
    /// </summary>
    public ContainerIndex? Index { get; }

    /// <summary>Bytes of the whole file.</summary>
    public long Length { get; }
}
