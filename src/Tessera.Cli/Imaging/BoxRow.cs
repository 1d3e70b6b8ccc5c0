namespace Tessera.Cli.Imaging;

/// <summary>
/// One row of square blocks of pixels on its way to their means: what a box filter makes of an image, row by row. Means are of the sums
/// of all pixels, rounded to the nearest; blocks at the right and lower edge have fewer. Colours weigh as much as they are opaque.
/// </summary>
internal sealed class BoxRow
{
    private const int White = byte.MaxValue;

    private readonly int _sourceWidth;
    private readonly int _factor;
    private readonly DisplayFormat _format;
    private readonly long[] _sums;
    private int _rows;

    /// <param name="sourceWidth">Pixels in a row of the image.</param>
    /// <param name="factor">The side of a block, at least 1.</param>
    /// <param name="format">What a pixel is made of.</param>
    public BoxRow(int sourceWidth, int factor, DisplayFormat format)
    {
        _sourceWidth = sourceWidth;
        _factor = factor;
        _format = format;
        Width = Scaled(sourceWidth, factor);
        _sums = new long[(long)Width * format.Channels];
    }

    /// <summary>Blocks in the row.</summary>
    public int Width { get; }

    /// <summary>Rows of pixels that it has got.</summary>
    public int Rows => _rows;

    /// <summary>Blocks on a side of so many pixels.</summary>
    public static int Scaled(int length, int factor) => (int)(((long)length + factor - 1) / factor);

    /// <summary>Adds a row of pixels.</summary>
    public void Add(ReadOnlySpan<byte> pixels)
    {
        int channels = _format.Channels;
        for (int block = 0; block < Width; block++)
        {
            ReadOnlySpan<byte> piece = pixels.Slice(block * _factor * channels, Columns(block) * channels);
            Span<long> sums = _sums.AsSpan(block * channels, channels);
            if (_format.HasAlpha)
                AddWeighted(piece, sums);
            else
                AddPlain(piece, sums);
        }

        _rows++;
    }

    /// <summary>Adds a complete row of blocks of half the side.</summary>
    public void Add(BoxRow finer)
    {
        int channels = _format.Channels;
        for (int block = 0; block < finer.Width; block++)
        {
            for (int channel = 0; channel < channels; channel++)
                _sums[(block / 2 * channels) + channel] += finer._sums[(block * channels) + channel];
        }

        _rows += finer._rows;
    }

    /// <summary>Writes the means and begins the next row of blocks.</summary>
    /// <param name="pixels">Gets one pixel for each block.</param>
    public void Finish(Span<byte> pixels)
    {
        int channels = _format.Channels, colors = _format.HasAlpha ? channels - 1 : channels;
        for (int block = 0; block < Width; block++)
        {
            ReadOnlySpan<long> sums = _sums.AsSpan(block * channels, channels);
            Span<byte> pixel = pixels.Slice(block * channels, channels);
            long count = (long)Columns(block) * _rows, weight = _format.HasAlpha ? sums[colors] : count;
            for (int channel = 0; channel < colors; channel++)
                pixel[channel] = Mean(sums[channel], weight);
            if (_format.HasAlpha)
                pixel[colors] = Mean(sums[colors], count);
        }

        _sums.AsSpan().Clear();
        _rows = 0;
    }

    private static byte Mean(long sum, long count) => count == 0 ? (byte)0 : (byte)Math.Min(White, ((2 * sum) + count) / (2 * count));

    private static void AddPlain(ReadOnlySpan<byte> pixels, Span<long> sums)
    {
        for (int channel = 0; channel < sums.Length; channel++)
        {
            long sum = 0;
            for (int i = channel; i < pixels.Length; i += sums.Length)
                sum += pixels[i];
            sums[channel] += sum;
        }
    }

    private void AddWeighted(ReadOnlySpan<byte> pixels, Span<long> sums)
    {
        int last = sums.Length - 1;
        for (int i = 0; i < pixels.Length; i += sums.Length)
        {
            // Premultiplied colours have their weight already.
            int alpha = pixels[i + last], weight = _format.Alpha == AlphaKind.Premultiplied ? White : alpha;
            for (int channel = 0; channel < last; channel++)
                sums[channel] += pixels[i + channel] * weight;
            sums[last] += alpha;
        }
    }

    private int Columns(int block) => (int)Math.Min(_factor, _sourceWidth - ((long)block * _factor));
}
