namespace Tessera.Netpbm;

/// <summary>Reads a stream byte by byte or in blocks, and knows where it is.</summary>
internal sealed class ByteReader
{
    /// <summary>What <see cref="TryReadByteAsync"/> returns at the end of the file.</summary>
    public const int EndOfFile = -1;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private long _endOffset;

    public ByteReader(Stream stream) => _stream = stream;

    /// <summary>Where the next byte lies in the file.</summary>
    public long Offset => _endOffset - (_end - _start);

    /// <summary>Whether a byte separates words: a space, or ASCII 9 to 13.</summary>
    public static bool IsWhiteSpace(int value) => value is ' ' or (>= '\t' and <= '\r');

    /// <summary>Reads a byte.</summary>
    /// <returns>The byte, or <see cref="EndOfFile"/>.</returns>
    public ValueTask<int> TryReadByteAsync(CancellationToken cancellationToken) =>
        _start < _end ? ValueTask.FromResult<int>(_buffer[_start++]) : FillAndReadByteAsync(cancellationToken);

    /// <summary>Reads a byte that must be there.</summary>
    /// <exception cref="TesseraFormatException">The file has ended.</exception>
    public async ValueTask<byte> ReadByteAsync(string what, CancellationToken cancellationToken)
    {
        int value = await TryReadByteAsync(cancellationToken).ConfigureAwait(false);
        return value != EndOfFile ? (byte)value : throw EndsWithin(what);
    }

    /// <summary>Fills a block.</summary>
    /// <exception cref="TesseraFormatException">The file ends before.</exception>
    public async ValueTask ReadAsync(Memory<byte> destination, string what, CancellationToken cancellationToken)
    {
        while (!destination.IsEmpty)
        {
            if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
                throw EndsWithin(what);
            int count = Math.Min(destination.Length, _end - _start);
            _buffer.AsMemory(_start, count).CopyTo(destination);
            _start += count;
            destination = destination[count..];
        }
    }

    private async ValueTask<int> FillAndReadByteAsync(CancellationToken cancellationToken) =>
        await FillAsync(cancellationToken).ConfigureAwait(false) ? _buffer[_start++] : EndOfFile;

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        (_start, _end) = (0, await _stream.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false));
        _endOffset += _end;
        return _end > 0;
    }

    private TesseraFormatException EndsWithin(string what) => new($"The file ends within the {what}.", Offset);
}
