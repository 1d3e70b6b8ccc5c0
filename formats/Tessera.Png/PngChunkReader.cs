using System.Buffers;
using System.Buffers.Binary;

namespace Tessera.Png;

/// <summary>Reads a PNG file chunk by chunk and checks every CRC. It never reads past IEND's block of the buffer, nor seeks.</summary>
internal sealed class PngChunkReader : IDisposable
{
    private const int BufferSize = 1 << 16;

    private readonly Stream _stream;
    private byte[]? _buffer;
    private int _start;
    private int _end;
    private long _endOffset;
    private uint _crc;

    public PngChunkReader(Stream stream)
    {
        _stream = stream;
        _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    }

    /// <summary>The bytes that every PNG file begins with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The type of the current chunk.</summary>
    public PngChunkType Type { get; private set; }

    /// <summary>Bytes of the current chunk's content.</summary>
    public int Length { get; private set; }

    /// <summary>Where the current chunk begins in the file.</summary>
    public long ChunkOffset { get; private set; }

    /// <summary>Bytes of the current chunk's content that were not yet read.</summary>
    public int Remaining { get; private set; }

    /// <summary>Where the next byte to read lies in the file.</summary>
    public long Offset => _endOffset - (_end - _start);

    /// <summary>Reads the signature.</summary>
    public async ValueTask ReadSignatureAsync(CancellationToken cancellationToken)
    {
        await FillAsync(Signature.Length, "signature", cancellationToken).ConfigureAwait(false);
        if (!Take(Signature.Length).SequenceEqual(Signature))
            throw new TesseraFormatException("This is not a PNG file: its signature is wrong.", 0);
    }

    /// <summary>Goes to the next chunk. The one before must have been finished.</summary>
    public async ValueTask NextAsync(CancellationToken cancellationToken)
    {
        ChunkOffset = Offset;
        await FillAsync(8, "chunk header, before IEND", cancellationToken).ConfigureAwait(false);
        ReadOnlySpan<byte> header = Take(8);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(header);
        Type = PngChunkType.Read(header[4..]);
        if (!Type.IsValid)
            throw new TesseraFormatException($"A chunk cannot have the type {Type}.", ChunkOffset + 4);
        if (length > int.MaxValue)
            throw new TesseraFormatException($"The {Type} chunk claims {length} bytes; PNG allows at most {int.MaxValue}.", ChunkOffset);
        Length = Remaining = (int)length;
        _crc = Crc32.Update(Crc32.Initial, header[4..]);
    }

    /// <summary>Reads some of the current chunk's content.</summary>
    /// <returns>How much: at least 1 byte, unless nothing remains.</returns>
    public async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (Remaining == 0 || destination.IsEmpty)
            return 0;
        if (_start == _end)
            await FillAsync(1, $"{Type} chunk", cancellationToken).ConfigureAwait(false);
        int count = Math.Min(Math.Min(Remaining, destination.Length), _end - _start);
        Take(count).CopyTo(destination.Span);
        _crc = Crc32.Update(_crc, destination.Span[..count]);
        Remaining -= count;
        return count;
    }

    /// <summary>Reads the whole of the current chunk's content, whose length the caller has bounded, and finishes it.</summary>
    public async ValueTask<byte[]> ReadContentAsync(CancellationToken cancellationToken)
    {
        // Not trusted to be there: a short file must not make a long array.
        const int Step = 1 << 20;
        var content = new byte[Math.Min(Length, Step)];
        int filled = 0;
        while (Remaining > 0)
        {
            if (filled == content.Length)
                Array.Resize(ref content, (int)Math.Min(Length, 2L * content.Length));
            filled += await ReadAsync(content.AsMemory(filled), cancellationToken).ConfigureAwait(false);
        }

        await FinishAsync(cancellationToken).ConfigureAwait(false);
        return content;
    }

    /// <summary>Skips what remains of the current chunk and checks its CRC.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        while (Remaining > 0)
        {
            if (_start == _end)
                await FillAsync(1, $"{Type} chunk", cancellationToken).ConfigureAwait(false);
            int count = Math.Min(Remaining, _end - _start);
            _crc = Crc32.Update(_crc, Take(count));
            Remaining -= count;
        }

        long offset = Offset;
        await FillAsync(4, $"CRC of the {Type} chunk", cancellationToken).ConfigureAwait(false);
        uint stored = BinaryPrimitives.ReadUInt32BigEndian(Take(4));
        uint computed = Crc32.Finish(_crc);
        if (stored != computed)
            throw new TesseraFormatException($"The {Type} chunk is damaged: its CRC is {stored:x8}, its content gives {computed:x8}.", offset);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        ReadOnlySpan<byte> taken = _buffer.AsSpan(_start, count);
        _start += count;
        return taken;
    }

    /// <summary>Makes at least so many bytes (few) stand in the buffer.</summary>
    private async ValueTask FillAsync(int count, string what, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        if (_end - _start >= count)
            return;
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        while (_end < count)
        {
            int read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw new TesseraFormatException($"The file ends within the {what}.", _endOffset);
            _end += read;
            _endOffset += read;
        }
    }
}
