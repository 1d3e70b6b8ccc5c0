namespace Tessera.Conformance.Tests;

/// <summary>
/// Draws the images of the conformance files by integer arithmetic alone, so that they are the same on every machine and in every
/// version of the base library.
/// </summary>
internal static class Drawing
{
    // Rows of 8 bits each, the highest bit on the left.
    private static readonly byte[][] Glyphs =
    [
        [0x3C, 0x66, 0x66, 0x7E, 0x66, 0x66, 0x66, 0x00],
        [0x7C, 0x66, 0x66, 0x7C, 0x66, 0x66, 0x7C, 0x00],
        [0x3C, 0x66, 0x60, 0x60, 0x60, 0x66, 0x3C, 0x00],
        [0x7E, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x00],
    ];

    /// <summary>A sample's value, given its column, row and channel.</summary>
    public delegate int Sample(int x, int y, int channel);

    /// <summary>Makes an image of one frame.</summary>
    public static Raster Image(int width, int height, SampleFormat format, Sample sample) => Image(new(width, height, format), (_, x, y, c) => sample(x, y, c));

    /// <summary>Makes an image.</summary>
    /// <param name="info">The image.</param>
    /// <param name="sample">A sample's value, given its frame, column, row and channel; values out of range are clamped.</param>
    /// <param name="frames">What is particular to each frame; none for nothing.</param>
    public static Raster Image(ImageInfo info, Func<int, int, int, int, int> sample, params FrameInfo[] frames)
    {
        var drawn = new RasterFrame[info.FrameCount];
        for (int frame = 0; frame < drawn.Length; frame++)
        {
            var buffer = new PlanarBuffer(info.Width, info.Height, info.Format.Channels);
            for (int channel = 0; channel < buffer.Channels; channel++)
            {
                for (int y = 0; y < info.Height; y++)
                {
                    Span<ushort> row = buffer.Row(channel, y);
                    for (int x = 0; x < row.Length; x++)
                        row[x] = (ushort)Math.Clamp(sample(frame, x, y, channel), 0, info.Format.MaxSample);
                }
            }

            drawn[frame] = new(buffer, frame < frames.Length ? frames[frame] : FrameInfo.Default);
        }

        return new(info, [.. drawn]);
    }

    /// <summary>Noise: all values below <paramref name="count"/> are equally likely. The mixing is that of MurmurHash3's last step.</summary>
    public static int Noise(int x, int y, int channel, int count)
    {
        uint h = (uint)((((y * 4) + channel) * 65536) + x) + 0x9E3779B9;
        h = (h ^ (h >> 16)) * 0x85EBCA6B;
        h = (h ^ (h >> 13)) * 0xC2B2AE35;
        return (int)(((ulong)(h ^ (h >> 16)) * (uint)count) >> 32);
    }

    /// <summary>Noise in the shape of a bell around 0, from -3 <paramref name="scale"/> to 3 <paramref name="scale"/>.</summary>
    public static int Grain(int x, int y, int channel, int scale) =>
        Enumerable.Range(0, 6).Sum(i => Noise(x + (i * 1000), y, channel, scale + 1)) - (3 * scale);

    /// <summary>Hills from 0 to <paramref name="max"/>: products of parabolas, whose period is <paramref name="period"/>.</summary>
    public static int Hills(int x, int y, int period, int max)
    {
        long a = x % period, b = y % period, quarter = (long)period * period / 4;
        return (int)(a * (period - a) * b * (period - b) * max / (quarter * quarter));
    }

    /// <summary>What a camera might see: hills, a slope, edges and grain, alike in all channels.</summary>
    public static int Photograph(int x, int y, int channel, int max)
    {
        int edge = (3 * x) + (2 * y) > 200 ? max / 4 : 0;
        return (max / 8) + Hills(x, y, 61, max / 3) + (x * max / 400) + edge + (channel * max / 23) + Grain(x, y, channel, Math.Max(1, max / 120));
    }

    /// <summary>Whether a letter's ink is at a place: lines of letters, 8 by 8 pixels each, 2 apart.</summary>
    public static bool IsInk(int x, int y)
    {
        int column = x % 10, row = y % 10;
        byte[] glyph = Glyphs[((x / 10) + (3 * (y / 10))) % Glyphs.Length];
        return column < 8 && row < 8 && ((glyph[row] >> (7 - column)) & 1) != 0;
    }
}
