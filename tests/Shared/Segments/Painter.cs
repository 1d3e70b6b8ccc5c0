namespace Tessera.Models.Segments;

/// <summary>Draws the contents of test images, always the same from the same seed.</summary>
internal static class Painter
{
    private const int MaxChannels = SampleFormat.MaxChannels;

    public static void Paint(PlanarBuffer samples, SampleFormat format, Content content, int seed)
    {
        Func<int, int, int, int> pixel = Choose(content, format.MaxSample, new Random(seed));
        for (int y = 0; y < samples.Height; y++)
        {
            for (int x = 0; x < samples.Width; x++)
            {
                for (int channel = 0; channel < samples.Channels; channel++)
                    samples.Row(channel, y)[x] = (ushort)Math.Clamp(pixel(x, y, channel), 0, format.MaxSample);
            }
        }
    }

    /// <summary>The sample at (x, y, channel), asked for in the order of rows, columns, channels.</summary>
    private static Func<int, int, int, int> Choose(Content content, int max, Random random) => content switch
    {
        Content.Noise => (_, _, _) => random.Next(max + 1),
        Content.Smooth => Smooth(max, random),
        Content.Gradient => (x, y, channel) => (int)((x + (2L * y) + (5 * channel)) * max / 210),
        Content.FewColors => FewColors(max, random),
        Content.Repeats => Repeats(max, random),
        Content.Text => Text(max, random),
        Content.SparseHistogram => SparseHistogram(max, random),
        Content.Constant => Constant(max, random),
        Content.Extremes => (_, _, _) => random.Next(2) * max,
        Content.PartlyConstant => PartlyConstant(max, random),
        _ => throw new ArgumentOutOfRangeException(nameof(content)),
    };

    private static Func<int, int, int, int> Smooth(int max, Random random)
    {
        double phase = random.NextDouble() * 6, period = 5 + (random.NextDouble() * 30), grain = random.Next(3) * max / 100.0;
        return (x, y, channel) =>
            (int)((max * (0.5 + (0.25 * Math.Sin(phase + (x / period))) + (0.2 * Math.Cos((y + (2 * channel)) / period)))) + (random.NextDouble() * grain));
    }

    private static Func<int, int, int, int> FewColors(int max, Random random)
    {
        int[,] colors = Colors(random.Next(1, 300), max, random);
        int current = 0;
        return (_, _, channel) =>
        {
            if (channel == 0 && random.Next(3) == 0)
                current = random.Next(colors.GetLength(0));
            return colors[current, channel];
        };
    }

    private static Func<int, int, int, int> Repeats(int max, Random random)
    {
        int columns = random.Next(2, 13), rows = random.Next(2, 13);
        int[,] colors = Colors(columns * rows, max, random);
        return (x, y, channel) => colors[(y % rows * columns) + (x % columns), channel];
    }

    private static Func<int, int, int, int> Text(int max, Random random)
    {
        // Glyphs of 5 x 7 in a paper's colour and an ink's, with a shade between.
        int[,] colors = Colors(3, max, random);
        byte[,] glyphs = new byte[6, 35];
        foreach (ref byte shade in System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref glyphs[0, 0], glyphs.Length))
            shade = (byte)(random.Next(5) switch { 0 or 1 => 1, 2 => 2, _ => 0 });
        int letters = random.Next(1, 1000);
        return (x, y, channel) =>
        {
            int glyph = ((x / 6 * 7) + (y / 9 * 11) + letters) % 6, column = x % 6, row = y % 9;
            return colors[column < 5 && row < 7 ? glyphs[glyph, (row * 5) + column] : 0, channel];
        };
    }

    private static Func<int, int, int, int> SparseHistogram(int max, Random random)
    {
        int step = random.Next(2, 1 + Math.Max(2, Math.Min(max, 300)));
        return (x, y, _) => (((int)((x + (3L * y)) * max / 280) + random.Next(3)) / step * step) + (max % step);
    }

    private static Func<int, int, int, int> Constant(int max, Random random)
    {
        int[,] colors = Colors(1, max, random);
        return (_, _, channel) => colors[0, channel];
    }

    private static Func<int, int, int, int> PartlyConstant(int max, Random random)
    {
        // Channels that never change beside ones of noise, gradients, or copies of each other.
        int[] kinds = [.. Enumerable.Range(0, MaxChannels).Select(_ => random.Next(4))];
        int[,] colors = Colors(1, max, random);
        int last = 0;
        return (x, y, channel) => last = kinds[channel] switch
        {
            0 => colors[0, channel],
            1 => random.Next(max + 1),
            2 => (int)((long)(x + y) * max / 140),
            _ => last,
        };
    }

    private static int[,] Colors(int count, int max, Random random)
    {
        var colors = new int[count, MaxChannels];
        for (int i = 0; i < count; i++)
        {
            for (int channel = 0; channel < MaxChannels; channel++)
                colors[i, channel] = random.Next(max + 1);
        }

        return colors;
    }
}
