using System.Buffers;
using System.Buffers.Binary;

namespace Tessera.Container;

/// <summary>
/// Random access: reads the header and the index of a file, and then single segments, none of the others. The stream stays the
/// caller's. Not thread-safe: the stream has one position.
/// </summary>
public sealed class SeekableContainer
{
    // The index ends with the length of its chunk, which the chunk's CRC follows.
    private const int TailLength = 2 * sizeof(uint);

    private readonly Stream _stream;
    private readonly ContainerLimits _limits;

    private SeekableContainer(Stream stream, ContainerLimits limits, ContainerHeader header, ContainerIndex index)
    {
        _stream = stream;
        _limits = limits;
        Header = header;
        Index = index;
    }

    /// <summary>The header.</summary>
    public ContainerHeader Header { get; }

    /// <summary>The index.</summary>
    public ContainerIndex Index { get; }

    /// <summary>Reads the header and the index.</summary>
    /// <param name="stream">A file that seeks. It begins at position 0.</param>
    /// <param name="limits">What to refuse; null for the default limits.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The container.</returns>
    /// <exception cref="TesseraFormatException">The header or the index is not valid or exceeds a limit.</exception>
    /// <exception cref="ArgumentException">The stream does not seek.</exception>
    public static async ValueTask<SeekableContainer> OpenAsync(
        Stream stream,
        ContainerLimits? limits = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
            throw new ArgumentException("Random access needs a stream that seeks.", nameof(stream));
        limits ??= ContainerLimits.Default;
        ContainerHeader header = await ReadHeaderAsync(stream, limits, cancellationToken).ConfigureAwait(false);
        ContainerIndex index = await ReadIndexAsync(stream, header, limits, cancellationToken).ConfigureAwait(false);
        return new(stream, limits, header, index);
    }

    /// <summary>Reads one segment.</summary>
    /// <param name="entry">One of the <see cref="Index"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The segment, which the caller disposes of.</returns>
    /// <exception cref="TesseraFormatException">There is not that segment, or it is damaged or exceeds a limit.</exception>
    public async ValueTask<SegmentItem> ReadSegmentAsync(IndexEntry entry, CancellationToken cancellationToken = default)
    {
        if (entry.PayloadLength > _limits.MaxPayload(ChunkType.Segment))
        {
            throw new TesseraFormatException(
                $"A segment has {entry.PayloadLength} bytes; the limit is {_limits.MaxPayload(ChunkType.Segment)}", entry.Offset);
        }

        int length = entry.PayloadLength + ContainerFormat.ChunkOverhead;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            int read = await ReadAtAsync(_stream, entry.Offset, buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            ReadWhole(new(buffer, 0, read), ChunkType.Segment, length, entry.Offset, _limits);
            SegmentItem item = SegmentItem.Parse(buffer, ContainerFormat.ChunkHeadLength, entry.PayloadLength, entry.Offset, Header);
            return IndexEntry.Create(item.Header, entry.Offset, entry.PayloadLength) == entry
                ? item
                : throw new TesseraFormatException("The segment is not the one that the index says is there", entry.Offset);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    private static async ValueTask<ContainerHeader> ReadHeaderAsync(
        Stream stream,
        ContainerLimits limits,
        CancellationToken cancellationToken)
    {
        const int HeadEnd = ContainerFormat.SignatureLength + ContainerFormat.ChunkHeadLength;
        byte[] start = new byte[HeadEnd];
        int read = await ReadAtAsync(stream, 0, start, cancellationToken).ConfigureAwait(false);
        bool isWhole = read == HeadEnd;
        if (!Preamble.TryRead(new(start, 0, read), !isWhole, limits, out _, out ChunkFrame chunk) && isWhole)
        {
            start = new byte[ContainerFormat.SignatureLength + chunk.Length];
            read = await ReadAtAsync(stream, 0, start, cancellationToken).ConfigureAwait(false);
        }

        return Preamble.TryRead(new(start, 0, read), isFinal: true, limits, out ContainerHeader? header, out _)
            ? header
            : throw new TesseraFormatException("The header is not complete", read);
    }

    private static async ValueTask<ContainerIndex> ReadIndexAsync(
        Stream stream,
        ContainerHeader header,
        ContainerLimits limits,
        CancellationToken cancellationToken)
    {
        long fileLength = stream.Length;
        byte[] tail = new byte[TailLength];
        await ReadAtAsync(stream, fileLength - TailLength, tail, cancellationToken).ConfigureAwait(false);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        long payloadLength = (long)length - ContainerFormat.ChunkOverhead;
        if (payloadLength < sizeof(uint) || length > fileLength || payloadLength > limits.MaxPayload(ChunkType.Index))
        {
            throw new TesseraFormatException(
                $"The file does not end with an index: a length of {length} bytes is not plausible", fileLength - TailLength);
        }

        long offset = fileLength - length;
        byte[] bytes = new byte[length];
        int read = await ReadAtAsync(stream, offset, bytes, cancellationToken).ConfigureAwait(false);
        var sequence = new ReadOnlySequence<byte>(bytes, 0, read);
        ChunkFrame chunk = ReadWhole(sequence, ChunkType.Index, length, offset, limits);
        return ContainerIndex.Parse(chunk.Payload(sequence).FirstSpan, header, offset);
    }

    private static ChunkFrame ReadWhole(in ReadOnlySequence<byte> bytes, ChunkType type, long length, long offset, ContainerLimits limits)
    {
        ChunkFrame head = ChunkFrame.ReadHead(bytes, isFinal: true, limits);
        if (head.Status == ChunkStatus.Whole && (head.Type != type || head.Length != length))
        {
            throw new TesseraFormatException(
                $"There is a chunk of type {head.Type} and {head.Length} bytes, not one of type {type} and {length}", offset);
        }

        ChunkFrame chunk = ChunkFrame.Read(bytes, isFinal: true, limits);
        return chunk.Status == ChunkStatus.Whole ? chunk : throw new TesseraFormatException(chunk.Fault!, offset + chunk.FaultPosition);
    }

    private static async ValueTask<int> ReadAtAsync(Stream stream, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        stream.Position = offset;
        return await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
    }
}
