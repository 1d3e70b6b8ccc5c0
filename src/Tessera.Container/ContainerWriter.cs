using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Tessera.Container;

/// <summary>
/// Writes a container into a pipe, from front to back: the header, then ancillary chunks and segments, then the index. It never seeks,
/// and holds a few bytes for each segment. What would make the file invalid is refused. The pipe stays the caller's, who completes it.
/// Not thread-safe; after an exception the file is incomplete.
/// </summary>
public sealed class ContainerWriter
{
    private readonly PipeWriter _pipe;
    private ContainerHeader? _header;
    private ChunkOrder? _order;
    private IndexBuilder? _index;
    private bool _complete;

    /// <summary>Creates a writer for one file.</summary>
    /// <param name="pipe">Where the bytes go.</param>
    public ContainerWriter(PipeWriter pipe)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        _pipe = pipe;
    }

    /// <summary>Bytes written so far.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>Writes signature, version and header.</summary>
    /// <param name="header">The header, of the current version.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Done when the pipe has taken it.</returns>
    /// <exception cref="ArgumentException">A value of the header is out of range, or it is of another version.</exception>
    /// <exception cref="InvalidOperationException">The header was written before.</exception>
    public async ValueTask WriteHeaderAsync(ContainerHeader header, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (_header is not null)
            throw new InvalidOperationException("The header was written before.");
        if (header.Version != FormatVersion.Current)
            throw new ArgumentException($"The writer writes version {FormatVersion.Current}, not {header.Version}.", nameof(header));
        byte[] payload = header.ToPayload();
        (_header, _order, _index) = (header, new(header, allowGaps: false), new(header.Channels));
        uint crc = WritePreamble();
        await WriteChunkAsync(ChunkType.Header, default, payload, crc, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes an ancillary chunk.</summary>
    /// <param name="type">The type, with a lower-case first letter.</param>
    /// <param name="payload">The payload; that of the types "text", "meta" and "fram" as their contents' ToPayload gives it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Done when the pipe has taken it.</returns>
    /// <exception cref="ArgumentException">
    /// The type is critical, the payload too long or not what the type demands, or the chunk may not come here.
    /// </exception>
    /// <exception cref="InvalidOperationException">The header was not written, or the file is complete.</exception>
    public ValueTask WriteAncillaryAsync(ChunkType type, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        CheckOpen();
        if (type.IsCritical || !type.IsValid)
            throw new ArgumentException($"The type {type} is not that of an ancillary chunk.", nameof(type));
        CheckLength(payload.Length);
        CheckContent(type, payload.Span);
        return WriteChunkAsync(type, default, payload, 0, cancellationToken);
    }

    /// <summary>Writes a segment.</summary>
    /// <param name="segment">What it holds, and who coded it. The order is that of the first tiles, then of the first channels.</param>
    /// <param name="payload">The coded bytes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Done when the pipe has taken it.</returns>
    /// <exception cref="ArgumentException">The segment is not one that may come next, or too long.</exception>
    /// <exception cref="InvalidOperationException">The header was not written, or the file is complete.</exception>
    public ValueTask WriteSegmentAsync(SegmentHeader segment, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(segment);
        CheckOpen();
        ThrowIfFault(segment.FindRunFault(_header!.Models.Length), nameof(segment));
        byte[] prefix = new byte[SegmentHeaderCodec.MaxLength(segment)];
        CheckLength((long)prefix.Length + payload.Length);
        ThrowIfFault(_order!.Segment(segment), nameof(segment));
        int length = SegmentHeaderCodec.Write(segment, _header.Channels, prefix);
        _index!.Append(IndexEntry.Create(segment, BytesWritten, length + payload.Length));
        return WriteChunkAsync(ChunkType.Segment, prefix.AsMemory(0, length), payload, 0, cancellationToken);
    }

    /// <summary>Writes the index, with which the file is complete.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Done when the pipe has taken it.</returns>
    /// <exception cref="InvalidOperationException">Tiles are missing, the header was not written, or the file is complete.</exception>
    public ValueTask CompleteAsync(CancellationToken cancellationToken = default)
    {
        CheckOpen();
        if (_order!.End() is { } fault)
            throw new InvalidOperationException(fault + ".");
        _complete = true;
        return WriteChunkAsync(ChunkType.Index, default, _index!.ToPayload(), 0, cancellationToken);
    }

    /// <summary>Writes signature and version, and gives their CRC, with which that of HEAD begins.</summary>
    private uint WritePreamble()
    {
        Span<byte> start = _pipe.GetSpan(ContainerFormat.SignatureLength)[..ContainerFormat.SignatureLength];
        ContainerFormat.Signature.CopyTo(start);
        start[^2] = FormatVersion.Current.Major;
        start[^1] = FormatVersion.Current.Minor;
        _pipe.Advance(start.Length);
        BytesWritten += start.Length;
        return Crc32C.Append(0, start);
    }

    /// <summary>Writes a chunk whose payload comes in two parts.</summary>
    private async ValueTask WriteChunkAsync(
        ChunkType type,
        ReadOnlyMemory<byte> prefix,
        ReadOnlyMemory<byte> payload,
        uint crc,
        CancellationToken cancellationToken)
    {
        crc = WriteHead(type, prefix.Span, payload.Length, crc);
        crc = Crc32C.Append(crc, payload.Span);
        CheckResult(await _pipe.WriteAsync(payload, cancellationToken).ConfigureAwait(false));
        BinaryPrimitives.WriteUInt32LittleEndian(_pipe.GetSpan(sizeof(uint)), crc);
        _pipe.Advance(sizeof(uint));
        CheckResult(await _pipe.FlushAsync(cancellationToken).ConfigureAwait(false));
        BytesWritten += ContainerFormat.ChunkOverhead + prefix.Length + payload.Length;
    }

    private uint WriteHead(ChunkType type, ReadOnlySpan<byte> prefix, int payloadLength, uint crc)
    {
        int length = ContainerFormat.ChunkHeadLength + prefix.Length;
        Span<byte> head = _pipe.GetSpan(length)[..length];
        type.Write(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], prefix.Length + payloadLength);
        prefix.CopyTo(head[ContainerFormat.ChunkHeadLength..]);
        _pipe.Advance(length);
        return Crc32C.Append(crc, head);
    }

    private void CheckContent(ChunkType type, ReadOnlySpan<byte> payload)
    {
        try
        {
            if (type == ChunkType.Frame)
                ThrowIfFault(_order!.Frame(FrameContent.Parse(payload, FormatVersion.Current)), nameof(type));
            else if (type.IsMetadata)
                ThrowIfFault(_order!.Metadata(type, out _, out _), nameof(type));
            if (type == ChunkType.Text)
                TextContent.Parse(payload);
            else if (type == ChunkType.Metadata)
                MetadataContent.Parse(payload);
        }
        catch (TesseraFormatException exception)
        {
            throw new ArgumentException($"The payload is not that of a chunk of type {type}.", nameof(payload), exception);
        }
    }

    private void CheckOpen()
    {
        if (_header is null)
            throw new InvalidOperationException("The header must be written first.");
        if (_complete)
            throw new InvalidOperationException("The file is complete.");
    }

    private static void CheckLength(long length)
    {
        if (length > ContainerFormat.MaxPayloadLength)
            throw new ArgumentException($"A chunk holds at most {ContainerFormat.MaxPayloadLength} bytes.");
    }

    private static void CheckResult(FlushResult result)
    {
        if (result.IsCanceled)
            throw new OperationCanceledException("The write to the pipe was cancelled.");
        if (result.IsCompleted)
            throw new IOException("The reader of the pipe has gone: the file cannot be completed.");
    }

    private static void ThrowIfFault(string? fault, string parameter)
    {
        if (fault is not null)
            throw new ArgumentException(fault + ".", parameter);
    }
}
