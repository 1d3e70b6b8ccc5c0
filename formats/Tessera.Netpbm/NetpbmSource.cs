using System.Text;
using Tessera.Formats;

namespace Tessera.Netpbm;

/// <summary>A Netpbm file whose rows come one after another.</summary>
internal sealed class NetpbmSource : IRasterSource
{
    private const int TargetBlockBytes = 1 << 16;

    private readonly ByteReader _input;
    private readonly NetpbmHeader _header;
    private readonly byte[] _block;
    private int _nextRow;

    private NetpbmSource(ByteReader input, NetpbmHeader header)
    {
        _input = input;
        _header = header;
        Info = ToInfo(header);
        long blockBytes = header.RowBytes * Math.Max(1, TargetBlockBytes / header.RowBytes);
        _block = header.IsPlain ? [] : GC.AllocateUninitializedArray<byte>((int)blockBytes);
    }

    /// <inheritdoc/>
    public ImageInfo Info { get; }

    /// <summary>Reads the header.</summary>
    public static async ValueTask<IRasterSource> OpenAsync(Stream stream, RasterLimits limits, CancellationToken cancellationToken)
    {
        var input = new ByteReader(stream);
        NetpbmHeader header = await NetpbmHeaderReader.ReadAsync(input, limits, cancellationToken).ConfigureAwait(false);
        if ((long)header.Width * header.Height > limits.MaxPixels)
        {
            throw new TesseraFormatException(
                $"The image of {header.Width} x {header.Height} pixels exceeds the limit of {limits.MaxPixels} pixels.", input.Offset);
        }

        if (header.RowBytes > Math.Min(limits.MaxAllocation, Array.MaxLength))
            throw new TesseraFormatException($"A row of {header.Width} pixels exceeds the limit of {limits.MaxAllocation} bytes.", input.Offset);
        return new NetpbmSource(input, header);
    }

    /// <inheritdoc/>
    public ValueTask<FrameInfo> ReadFrameInfoAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(FrameInfo.Default);

    /// <inheritdoc/>
    public async ValueTask ReadRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        RowArguments.Check(rows, Info, Info.Height - _nextRow);
        if (_header.IsPlain)
            await ReadPlainAsync(rows, cancellationToken).ConfigureAwait(false);
        else
            await ReadBinaryAsync(rows, cancellationToken).ConfigureAwait(false);
        _nextRow += rows.Height;
    }

    /// <inheritdoc/>
    public async ValueTask<ImageMetadata> ReadTrailerAsync(CancellationToken cancellationToken = default)
    {
        if (_nextRow != Info.Height)
            throw new InvalidOperationException("The trailer can be read when all rows were.");
        int next;
        while ((next = await _input.TryReadByteAsync(cancellationToken).ConfigureAwait(false)) != ByteReader.EndOfFile)
        {
            if (!ByteReader.IsWhiteSpace(next))
                throw new TesseraFormatException("Something follows the image; only files with one image can be read.", _input.Offset - 1);
        }

        return ImageMetadata.Empty;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static ImageInfo ToInfo(NetpbmHeader header)
    {
        bool alpha = TupleTypes.HasAlpha(header.TupleType);
        var metadata = new ImageMetadata
        {
            Blocks = header.TupleType is { Length: > 0 } type && TupleTypes.ChannelsOf(type) is null
                ? [new(TupleTypes.BlockKind, Encoding.Latin1.GetBytes(type))]
                : [],
            Texts = header.Comment is { } comment ? [new(CommentText.Keyword, comment)] : [],
        };
        var format = new SampleFormat(header.Channels, int.Log2(header.MaxValue) + 1, alpha ? AlphaKind.Straight : AlphaKind.None);
        return new(header.Width, header.Height, format) { WhiteLevel = header.MaxValue, Metadata = metadata.IsEmpty ? ImageMetadata.Empty : metadata };
    }

    private async ValueTask ReadBinaryAsync(PlanarBuffer rows, CancellationToken cancellationToken)
    {
        int rowBytes = (int)_header.RowBytes;
        for (int y = 0; y < rows.Height;)
        {
            int count = Math.Min(rows.Height - y, _block.Length / rowBytes);
            long offset = _input.Offset;
            await _input.ReadAsync(_block.AsMemory(0, count * rowBytes), "samples", cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < count; i++, y++, offset += rowBytes)
            {
                SampleLayout.Unpack(_block.AsSpan(i * rowBytes, rowBytes), _header.StoredBits, rows, y);
                Finish(rows, y, offset);
            }
        }
    }

    /// <summary>Turns bits that are 1 for black, or checks that samples are at most the maximum.</summary>
    private void Finish(PlanarBuffer rows, int y, long offset)
    {
        for (int channel = 0; channel < rows.Channels; channel++)
        {
            Span<ushort> samples = rows.Row(channel, y);
            if (_header.IsBitmap)
            {
                foreach (ref ushort sample in samples)
                    sample ^= 1;
            }
            else if (samples.IndexOfAnyExceptInRange((ushort)0, (ushort)_header.MaxValue) is >= 0 and var x)
            {
                throw AboveMaximum(samples[x], offset + (((x * (long)rows.Channels) + channel) * _header.StoredBits / 8));
            }
        }
    }

    private async ValueTask ReadPlainAsync(PlanarBuffer rows, CancellationToken cancellationToken)
    {
        for (int y = 0; y < rows.Height; y++)
        {
            for (int x = 0; x < rows.Width; x++)
            {
                for (int channel = 0; channel < rows.Channels; channel++)
                {
                    ushort sample = await ReadPlainSampleAsync(cancellationToken).ConfigureAwait(false);
                    rows.Row(channel, y)[x] = sample;
                }
            }
        }
    }

    private async ValueTask<ushort> ReadPlainSampleAsync(CancellationToken cancellationToken)
    {
        byte first = await _input.ReadByteAsync("samples", cancellationToken).ConfigureAwait(false);
        while (ByteReader.IsWhiteSpace(first))
            first = await _input.ReadByteAsync("samples", cancellationToken).ConfigureAwait(false);
        long offset = _input.Offset - 1;
        if (_header.IsBitmap)
        {
            return first is (byte)'0' or (byte)'1'
                ? (ushort)('1' - first)
                : throw new TesseraFormatException("A bit is neither 0 nor 1.", offset);
        }

        int value = 0;
        int next = first;
        for (; char.IsAsciiDigit((char)Math.Max(next, 0)); next = await _input.TryReadByteAsync(cancellationToken).ConfigureAwait(false))
        {
            value = (10 * value) + (next - '0');
            if (value > _header.MaxValue)
                throw AboveMaximum(value, offset);
        }

        // The last number may end with the file.
        if (next == first || (next != ByteReader.EndOfFile && !ByteReader.IsWhiteSpace(next)))
            throw new TesseraFormatException("A sample is not a decimal number.", offset);
        return (ushort)value;
    }

    private TesseraFormatException AboveMaximum(int sample, long offset) =>
        new($"The sample {sample} is above the header's maximum of {_header.MaxValue}.", offset);
}
