using Tessera.Formats;

namespace Tessera.Png;

/// <summary>A PNG file whose rows come one after another.</summary>
internal sealed class PngSource : IRasterSource
{
    private readonly PngChunkReader _chunks;
    private readonly PngReader _reader;
    private readonly ScanlineReader _scanlines;
    private readonly RowUnpacker _unpacker;
    private int _nextRow;
    private PlanarBuffer? _deinterlaced;

    private PngSource(PngChunkReader chunks, PngReader reader)
    {
        _chunks = chunks;
        _reader = reader;
        Info = reader.TakeInfo();
        _unpacker = RowUnpacker.Create(reader.Header, reader.Colors);
        _scanlines = new(chunks, reader.Header.FilterStep);
    }

    /// <inheritdoc/>
    public ImageInfo Info { get; }

    private PngHeader Header => _reader.Header;

    /// <summary>Reads what comes before the samples.</summary>
    public static async ValueTask<IRasterSource> OpenAsync(Stream stream, RasterLimits limits, CancellationToken cancellationToken)
    {
        var chunks = new PngChunkReader(stream);
        try
        {
            PngReader reader = await PngReader.OpenAsync(chunks, limits, cancellationToken).ConfigureAwait(false);
            CheckMemory(reader, limits);
            return new PngSource(chunks, reader);
        }
        catch
        {
            chunks.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<FrameInfo> ReadFrameInfoAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(FrameInfo.Default);

    /// <inheritdoc/>
    public async ValueTask ReadRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        RowArguments.Check(rows, Info, Info.Height - _nextRow);
        if (Header.Interlaced)
            await CopyDeinterlacedAsync(rows, cancellationToken).ConfigureAwait(false);
        else
            await ReadSequentialAsync(rows, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<ImageMetadata> ReadTrailerAsync(CancellationToken cancellationToken = default) => _nextRow == Info.Height
        ? _reader.ReadTrailerAsync(cancellationToken)
        : throw new InvalidOperationException("The trailer can be read when all rows were.");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _deinterlaced?.Dispose();
        await _scanlines.DisposeAsync().ConfigureAwait(false);
        _chunks.Dispose();
    }

    /// <summary>Refuses rows, or for an interlaced image pictures, that are too large to hold.</summary>
    private static void CheckMemory(PngReader reader, RasterLimits limits)
    {
        PngHeader header = reader.Header;
        long needed = ScanlineReader.MemoryFor(header.RowBytes(header.Width));
        if (header.Interlaced)
        {
            Int128 samples = (Int128)header.Width * header.Height * reader.Colors.Format.Channels;
            needed = samples > Array.MaxLength ? long.MaxValue : needed + (sizeof(ushort) * (long)samples);
        }

        if (needed > Math.Min(limits.MaxAllocation, Array.MaxLength * (long)sizeof(ushort)))
        {
            throw new TesseraFormatException(header.Interlaced
                ? $"The interlaced image of {header.Width} x {header.Height} pixels must be held whole, which exceeds the limit of {limits.MaxAllocation} bytes."
                : $"A row of {header.Width} pixels exceeds the limit of {limits.MaxAllocation} bytes.");
        }
    }

    private async ValueTask ReadSequentialAsync(PlanarBuffer rows, CancellationToken cancellationToken)
    {
        if (_nextRow == 0)
            _scanlines.BeginPass((int)Header.RowBytes(Header.Width), Header.Height);
        for (int y = 0; y < rows.Height;)
        {
            int count = await _scanlines.ReadBlockAsync(rows.Height - y, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < count; i++)
                Unpack(i, rows, y++);
            _nextRow += count;
        }

        if (_nextRow == Info.Height)
            await _scanlines.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask CopyDeinterlacedAsync(PlanarBuffer rows, CancellationToken cancellationToken)
    {
        _deinterlaced ??= await DeinterlaceAsync(cancellationToken).ConfigureAwait(false);
        for (int channel = 0; channel < rows.Channels; channel++)
            _deinterlaced.Plane(channel).Slice(_nextRow * rows.Width, rows.Height * rows.Width).CopyTo(rows.Plane(channel));
        _nextRow += rows.Height;
    }

    private async ValueTask<PlanarBuffer> DeinterlaceAsync(CancellationToken cancellationToken)
    {
        var image = new PlanarBuffer(Info.Width, Info.Height, Info.Format.Channels);
        try
        {
            foreach (Adam7Pass pass in Adam7Pass.All)
            {
                (int width, int height) = (pass.Columns(Info.Width), pass.Rows(Info.Height));
                if (width == 0 || height == 0)
                    continue;
                using var line = new PlanarBuffer(width, 1, Info.Format.Channels);
                _scanlines.BeginPass((int)Header.RowBytes(width), height);
                for (int y = 0; y < height;)
                {
                    int count = await _scanlines.ReadBlockAsync(height - y, cancellationToken).ConfigureAwait(false);
                    for (int i = 0; i < count; i++, y++)
                    {
                        Unpack(i, line, 0);
                        pass.Scatter(line, image, y);
                    }
                }
            }

            await _scanlines.FinishAsync(cancellationToken).ConfigureAwait(false);
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    private void Unpack(int index, PlanarBuffer rows, int y)
    {
        if (!_unpacker.Unpack(_scanlines.Row(index), rows, y))
            throw new TesseraFormatException($"A pixel has no colour: the palette has only {_reader.Colors.PaletteSize} entries.", _chunks.Offset);
    }
}
