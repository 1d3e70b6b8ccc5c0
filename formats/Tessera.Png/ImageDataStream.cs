namespace Tessera.Png;

/// <summary>
/// The contents of consecutive IDAT chunks as one zlib stream. It begins at the first chunk's content; at its end the chunk reader
/// stands at the chunk after the last IDAT.
/// </summary>
internal sealed class ImageDataStream : ReadOnlyStream
{
    private readonly PngChunkReader _chunks;
    private int _headerBytes;
    private byte _method;

    public ImageDataStream(PngChunkReader chunks) => _chunks = chunks;

    /// <summary>Whether somebody asked for more than there is.</summary>
    public bool Exhausted { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_chunks.Type == PngChunkType.ImageData)
        {
            long offset = _chunks.Offset;
            int read = await _chunks.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read > 0)
            {
                CheckHeader(buffer.Span[..read], offset);
                return read;
            }

            await _chunks.FinishAsync(cancellationToken).ConfigureAwait(false);
            await _chunks.NextAsync(cancellationToken).ConfigureAwait(false);
        }

        Exhausted = true;
        return 0;
    }

    /// <summary>Skips what the zlib stream did not need.</summary>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        while (_chunks.Type == PngChunkType.ImageData)
        {
            await _chunks.FinishAsync(cancellationToken).ConfigureAwait(false);
            await _chunks.NextAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Checks the two bytes of a zlib header, for an inflater says less clearly what is wrong with them.</summary>
    private void CheckHeader(ReadOnlySpan<byte> data, long offset)
    {
        for (; _headerBytes < 2 && !data.IsEmpty; data = data[1..], offset++)
        {
            if (_headerBytes++ == 0)
            {
                _method = data[0];
                if ((_method & 15) != 8 || _method >> 4 > 7)
                    throw new TesseraFormatException($"The image data has the unknown zlib method {_method:x2}.", offset);
            }
            else if (((_method << 8) | data[0]) % 31 != 0 || (data[0] & 0x20) != 0)
            {
                throw new TesseraFormatException("The image data's zlib header is damaged or asks for a dictionary.", offset);
            }
        }
    }
}
