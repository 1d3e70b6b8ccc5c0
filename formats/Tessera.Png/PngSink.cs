using System.IO.Compression;
using Tessera.Formats;

namespace Tessera.Png;

/// <summary>Writes a PNG file row by row.</summary>
internal sealed class PngSink : IRasterSink
{
    private const int BlockBytes = 1 << 16;

    private readonly PngChunkWriter _chunks;
    private readonly CompressionLevel _compression;
    private Image? _image;

    public PngSink(Stream stream, CompressionLevel compression)
    {
        _chunks = new(stream);
        _compression = compression;
    }

    /// <inheritdoc/>
    public async ValueTask BeginAsync(ImageInfo info, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(info);
        if (_image is not null)
            throw new InvalidOperationException("The image has begun already.");
        info.Validate();
        PngHeader header = ChooseHeader(info, out SampleScaler? scaler);
        var chunks = new List<(PngChunkType Type, ReadOnlyMemory<byte> Content)> { (PngChunkType.Header, header.ToBytes()) };
        if (scaler is not null)
        {
            var bits = new byte[header.StoredChannels];
            bits.AsSpan().Fill((byte)info.Format.BitDepth);
            chunks.Add((PngChunkType.SignificantBits, bits));
        }

        chunks.AddRange(PngMetadataWriter.ToChunks(info.Metadata, header).Where(c => scaler is null || c.Type != PngChunkType.SignificantBits));
        _image = new(info, header, scaler, _chunks, _compression);

        await _chunks.WriteSignatureAsync(cancellationToken).ConfigureAwait(false);
        foreach ((PngChunkType type, ReadOnlyMemory<byte> content) in chunks)
            await _chunks.WriteAsync(type, content, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask BeginFrameAsync(FrameInfo frame, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask WriteRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Image image = Begun();
        RowArguments.Check(rows, image.Info, image.RowsLeft);
        for (int y = 0; y < rows.Height; y++)
        {
            image.AddRow(rows, y);
            if (image.BlockIsFull)
                await image.WriteBlockAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask CompleteAsync(ImageMetadata trailer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trailer);
        Image image = Begun();
        if (image.RowsLeft > 0)
            throw new InvalidOperationException($"{image.RowsLeft} rows are missing.");
        IReadOnlyList<(PngChunkType Type, ReadOnlyMemory<byte> Content)> chunks = PngMetadataWriter.ToChunks(trailer, image.Header);
        await image.FinishAsync(cancellationToken).ConfigureAwait(false);
        foreach ((PngChunkType type, ReadOnlyMemory<byte> content) in chunks)
            await _chunks.WriteAsync(type, content, cancellationToken).ConfigureAwait(false);
        await _chunks.WriteAsync(PngChunkType.End, default, cancellationToken).ConfigureAwait(false);
        await _chunks.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _image?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static PngHeader ChooseHeader(ImageInfo info, out SampleScaler? scaler)
    {
        SampleFormat format = info.Format;
        if (info.FrameCount > 1)
            throw new NotSupportedException($"The PNG writer has one frame a file; the image has {info.FrameCount}.");
        if (format.Alpha == AlphaKind.Premultiplied)
            throw new NotSupportedException("PNG has straight alpha only; the image's colours are multiplied by its alpha.");
        PngColorType? color = (format.ColorChannels, format.Alpha) switch
        {
            (1, AlphaKind.None) => PngColorType.Grey,
            (1, _) => PngColorType.GreyAlpha,
            (3, AlphaKind.None) => PngColorType.Rgb,
            (3, _) => PngColorType.Rgba,
            _ => null,
        };
        if (color is null)
            throw new NotSupportedException($"PNG has grey and RGB images only; the image has {format.ColorChannels} colour channels.");
        (int depth, scaler) = SampleScaler.For(info);
        var header = new PngHeader(info.Width, info.Height, depth, color.Value, Interlaced: false);
        if (header.RowBytes(header.Width) > Array.MaxLength / 2)
            throw new NotSupportedException($"A row of {info.Width} pixels is too long for the PNG writer.");
        return header;
    }

    private Image Begun() => _image ?? throw new InvalidOperationException("The image has not begun.");

    /// <summary>The image data of a file that has begun.</summary>
    private sealed class Image : IAsyncDisposable
    {
        private readonly SampleScaler? _scaler;
        private readonly ImageDataWriter _imageData;
        private readonly ZLibStream _deflater;
        private readonly PngFilterChooser _filters;
        private readonly ushort[] _samples;
        private readonly byte[] _block;
        private readonly int _lineBytes;
        private int _filled;
        private bool _finished;

        public Image(ImageInfo info, PngHeader header, SampleScaler? scaler, PngChunkWriter chunks, CompressionLevel compression)
        {
            Info = info;
            Header = header;
            RowsLeft = info.Height;
            _scaler = scaler;
            _samples = new ushort[scaler is null ? 0 : info.Width];
            _imageData = new(chunks);
            _deflater = new(_imageData, compression, leaveOpen: true);
            _filters = new(header);
            _lineBytes = (int)header.RowBytes(header.Width) + 1;
            _block = new byte[_lineBytes * (int)Math.Min(Math.Max(1, BlockBytes / _lineBytes), header.Height)];
        }

        public ImageInfo Info { get; }

        public PngHeader Header { get; }

        public int RowsLeft { get; private set; }

        public bool BlockIsFull => _filled == _block.Length;

        public void AddRow(PlanarBuffer rows, int y)
        {
            for (int channel = 0; channel < rows.Channels; channel++)
            {
                ReadOnlySpan<ushort> samples = Scale(rows.Row(channel, y));
                if (rows.Channels == 1)
                    SampleLayout.Pack(samples, _filters.Row, Header.BitDepth);
                else
                    SampleLayout.Interleave(samples, _filters.Row, Header.BitDepth, channel, rows.Channels);
            }

            _filters.Filter(_block.AsSpan(_filled, _lineBytes));
            _filled += _lineBytes;
            RowsLeft--;
        }

        public async ValueTask WriteBlockAsync(CancellationToken cancellationToken)
        {
            await _deflater.WriteAsync(_block.AsMemory(0, _filled), cancellationToken).ConfigureAwait(false);
            _filled = 0;
        }

        public async ValueTask FinishAsync(CancellationToken cancellationToken)
        {
            if (_finished)
                throw new InvalidOperationException("The image is complete already.");
            await WriteBlockAsync(cancellationToken).ConfigureAwait(false);
            await _deflater.DisposeAsync().ConfigureAwait(false);
            await _imageData.WriteChunkAsync(cancellationToken).ConfigureAwait(false);
            _finished = true;
        }

        public async ValueTask DisposeAsync()
        {
            // An incomplete image gets no more data: the deflater would write its end.
            _imageData.Discards = !_finished;
            await _deflater.DisposeAsync().ConfigureAwait(false);
            await _imageData.DisposeAsync().ConfigureAwait(false);
        }

        private ReadOnlySpan<ushort> Scale(ReadOnlySpan<ushort> samples)
        {
            if (_scaler is null)
                return samples;
            samples.CopyTo(_samples);
            _scaler.Apply(_samples);
            return _samples;
        }
    }
}
