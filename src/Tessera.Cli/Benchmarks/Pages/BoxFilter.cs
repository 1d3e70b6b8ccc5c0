namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>
/// Makes an image smaller: each pixel becomes the mean of a rectangle of whole pixels, and each of these belongs to one rectangle. Colors count for as
/// much as their alpha says.
/// </summary>
/// <param name="info">The image.</param>
/// <param name="small">The smaller image, of 8 bits and the same channels.</param>
internal sealed class BoxFilter(ImageInfo info, Raster small)
{
    private readonly long[] _sums = new long[small.Info.Width * info.Format.Channels];
    private readonly long[] _weights = new long[small.Info.Width];
    private int _rows;

    /// <summary>The pixels, or rows, of the image that one of the smaller image stands for.</summary>
    public static (int First, int End) Range(int index, int size, int smallSize) =>
        ((int)((long)index * size / smallSize), (int)((long)(index + 1) * size / smallSize));

    /// <summary>Takes the next row.</summary>
    public void Add(PlanarBuffer row)
    {
        int channels = info.Format.Channels, colors = info.Format.ColorChannels;
        for (int x = 0; x < small.Info.Width; x++)
        {
            (int first, int end) = Range(x, info.Width, small.Info.Width);
            for (int column = first; column < end; column++)
            {
                int alpha = channels > colors ? row.Plane(colors)[column] : 1;
                _weights[x] += alpha;
                for (int channel = 0; channel < colors; channel++)
                    _sums[(x * channels) + channel] += (long)row.Plane(channel)[column] * alpha;
                if (channels > colors)
                    _sums[(x * channels) + colors] += alpha;
            }
        }

        _rows++;
    }

    /// <summary>Ends a row of the smaller image.</summary>
    public void WriteRow(int y)
    {
        int channels = info.Format.Channels, colors = info.Format.ColorChannels;
        for (int x = 0; x < small.Info.Width; x++)
        {
            (int first, int end) = Range(x, info.Width, small.Info.Width);
            for (int channel = 0; channel < channels; channel++)
            {
                double count = channel < colors ? _weights[x] : (long)(end - first) * _rows;
                double mean = count == 0 ? 0 : _sums[(x * channels) + channel] / count;
                small.Frames[0].Samples.Row(channel, y)[x] = (ushort)Math.Clamp(Math.Round(mean * 255 / info.WhiteLevel), 0, 255);
            }
        }

        Array.Clear(_sums);
        Array.Clear(_weights);
        _rows = 0;
    }
}
