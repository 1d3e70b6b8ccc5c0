using Tessera.Cli.Imaging;

namespace Tessera.Cli.Maps;

/// <summary>Takes an image and keeps one frame of it as a small grey picture; of the image it holds one row of blocks.</summary>
/// <param name="frame">The frame, from 0; those before are let go.</param>
/// <param name="size">The most pixels on the picture's long side.</param>
internal sealed class GreyPictureSink(int frame, int size) : IRasterSink
{
    /// <summary>What lies behind transparent pixels.</summary>
    private const int Background = 128;

    private DisplayFormat? _format;
    private BoxRow? _blocks;
    private GreyPicture? _picture;
    private byte[] _row = [];
    private byte[] _means = [];
    private int _frame = -1;
    private int _y;

    /// <summary>The picture, once the image has come.</summary>
    /// <exception cref="InvalidOperationException">It has not come.</exception>
    public GreyPicture Picture => _picture ?? throw new InvalidOperationException("The image has not come.");

    /// <inheritdoc/>
    public ValueTask BeginAsync(ImageInfo info, CancellationToken cancellationToken = default)
    {
        int factor = BoxRow.Scaled(Math.Max(info.Width, info.Height), size);
        _format = DisplayFormat.Of(info);
        _blocks = new(info.Width, factor, _format);
        int height = BoxRow.Scaled(info.Height, factor);
        _picture = new(new byte[_blocks.Width * height], _blocks.Width, height, factor);
        _row = new byte[info.Width * _format.Channels];
        _means = new byte[_blocks.Width * _format.Channels];
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask BeginFrameAsync(FrameInfo info, CancellationToken cancellationToken = default)
    {
        _frame++;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask WriteRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        for (int y = 0; y < rows.Height && _frame == frame; y++)
        {
            _format!.ConvertRow(rows, y, _row);
            _blocks!.Add(_row);
            if (_blocks.Rows == Picture.Factor)
                Finish();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask CompleteAsync(ImageMetadata trailer, CancellationToken cancellationToken = default)
    {
        if (_blocks!.Rows > 0)
            Finish();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Finish()
    {
        _blocks!.Finish(_means);
        Span<byte> greys = Picture.Pixels.AsSpan(_y++ * Picture.Width, Picture.Width);
        int channels = _format!.Channels;
        for (int x = 0; x < greys.Length; x++)
        {
            ReadOnlySpan<byte> pixel = _means.AsSpan(x * channels, channels);
            int grey = channels < 3 ? pixel[0] : Luma(pixel), alpha = _format.HasAlpha ? pixel[^1] : byte.MaxValue;
            greys[x] = (byte)(((grey * alpha) + (Background * (byte.MaxValue - alpha))) / byte.MaxValue);
        }
    }

    // The weights of Rec. ITU-R BT.709, in units of 1/256.
    private static int Luma(ReadOnlySpan<byte> pixel) => ((54 * pixel[0]) + (183 * pixel[1]) + (19 * pixel[2])) >> 8;
}
