using System.Buffers.Binary;

namespace Tessera.Png;

/// <summary>Reads a file's chunks up to the image data, and what follows it.</summary>
internal sealed class PngReader
{
    private readonly PngChunkReader _chunks;
    private readonly PngMetadataReader _metadata;

    private PngReader(PngChunkReader chunks, PngHeader header, RasterLimits limits)
    {
        _chunks = chunks;
        Header = header;
        Colors = new(header);
        _metadata = new(header, Colors, limits);
    }

    public PngHeader Header { get; }

    public PngColors Colors { get; }

    /// <summary>Reads up to and with the header of the first IDAT chunk.</summary>
    public static async ValueTask<PngReader> OpenAsync(PngChunkReader chunks, RasterLimits limits, CancellationToken cancellationToken)
    {
        await chunks.ReadSignatureAsync(cancellationToken).ConfigureAwait(false);
        await chunks.NextAsync(cancellationToken).ConfigureAwait(false);
        if (chunks.Type != PngChunkType.Header)
            throw new TesseraFormatException($"The first chunk is {chunks.Type} instead of IHDR.", chunks.ChunkOffset);
        if (chunks.Length != PngHeader.Size)
            throw new TesseraFormatException($"IHDR has {chunks.Length} bytes instead of {PngHeader.Size}.", chunks.ChunkOffset);
        long offset = chunks.Offset;
        byte[] content = await chunks.ReadContentAsync(cancellationToken).ConfigureAwait(false);
        var header = PngHeader.Read(content, offset);
        long pixels = (long)header.Width * header.Height;
        if (pixels > limits.MaxPixels)
            throw new TesseraFormatException($"The image of {header.Width} x {header.Height} pixels exceeds the limit of {limits.MaxPixels} pixels.", offset);

        var reader = new PngReader(chunks, header, limits);
        await reader.ReadPreambleAsync(cancellationToken).ConfigureAwait(false);
        return reader;
    }

    /// <summary>The image, once the chunks before the image data are read.</summary>
    public ImageInfo TakeInfo() => new(Header.Width, Header.Height, Colors.Format) { Metadata = _metadata.Take() };

    /// <summary>Reads what follows the image data, from the current chunk, whose header is read, to IEND.</summary>
    public async ValueTask<ImageMetadata> ReadTrailerAsync(CancellationToken cancellationToken)
    {
        while (_chunks.Type != PngChunkType.End)
        {
            if (_chunks.Type == PngChunkType.ImageData)
                throw new TesseraFormatException("Other chunks stand between the IDAT chunks.", _chunks.ChunkOffset);
            if (_chunks.Type.IsCritical)
                throw Unexpected("after the image data");
            if (_chunks.Type == PngChunkType.Transparency)
                throw new TesseraFormatException("The tRNS chunk comes after the image data.", _chunks.ChunkOffset);
            await _metadata.ReadAsync(_chunks, cancellationToken).ConfigureAwait(false);
            await _chunks.NextAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_chunks.Length != 0)
            throw new TesseraFormatException($"IEND has {_chunks.Length} bytes instead of none.", _chunks.ChunkOffset);
        await _chunks.FinishAsync(cancellationToken).ConfigureAwait(false);
        return _metadata.Take();
    }

    private async ValueTask ReadPreambleAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _chunks.NextAsync(cancellationToken).ConfigureAwait(false);
            long offset = _chunks.ChunkOffset;
            if (_chunks.Type == PngChunkType.ImageData)
            {
                if (Header.ColorType == PngColorType.Palette && !Colors.HasPalette)
                    throw new TesseraFormatException("A palette image has no PLTE chunk before its image data.", offset);
                return;
            }

            if (_chunks.Type == PngChunkType.Palette)
                Colors.SetPalette(await ReadSmallAsync(256 * 3, cancellationToken).ConfigureAwait(false), offset);
            else if (_chunks.Type == PngChunkType.Transparency)
                Colors.SetTransparency(await ReadSmallAsync(256, cancellationToken).ConfigureAwait(false), offset);
            else if (_chunks.Type == PngChunkType.AnimationControl)
                CheckAnimation(await ReadSmallAsync(8, cancellationToken).ConfigureAwait(false), offset);
            else if (_chunks.Type.IsCritical)
                throw Unexpected("before the image data");
            else
                await _metadata.ReadAsync(_chunks, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>An animation whose frames would be lost is refused, not cut to its first picture.</summary>
    private static void CheckAnimation(ReadOnlySpan<byte> content, long offset)
    {
        uint frames = content.Length == 8 ? BinaryPrimitives.ReadUInt32BigEndian(content) : 0;
        if (frames != 1)
            throw new TesseraFormatException($"This is an animated PNG with {frames} frames; only still PNG images can be read.", offset);
    }

    private ValueTask<byte[]> ReadSmallAsync(int maxBytes, CancellationToken cancellationToken) => _chunks.Length <= maxBytes
        ? _chunks.ReadContentAsync(cancellationToken)
        : throw new TesseraFormatException($"The {_chunks.Type} chunk has {_chunks.Length} bytes; PNG allows at most {maxBytes}.", _chunks.ChunkOffset);

    private TesseraFormatException Unexpected(string place)
    {
        PngChunkType type = _chunks.Type;
        bool known = type == PngChunkType.Header || type == PngChunkType.Palette || type == PngChunkType.End;
        return new(known ? $"An {type} chunk cannot stand {place}." : $"The critical chunk {type} is unknown.", _chunks.ChunkOffset);
    }
}
