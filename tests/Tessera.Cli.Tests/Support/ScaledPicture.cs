namespace Tessera.Cli.Tests.Support;

/// <summary>
/// What a viewer is to show, straight from its definition and pixel by pixel: samples in 8 bits, then the mean of each square, where colours
/// weigh as much as they are opaque.
/// </summary>
internal static class ScaledPicture
{
    /// <summary>An image of noise; where it has alpha, with pixels and squares that are fully transparent.</summary>
    public static Raster Noise(ImageInfo info, int seed)
    {
        var raster = Raster.Create(info);
        var random = new Random(seed);
        for (int channel = 0; channel < info.Format.Channels; channel++)
        {
            bool isAlpha = info.Format.Alpha != AlphaKind.None && channel == info.Format.Channels - 1;
            for (int y = 0; y < info.Height; y++)
            {
                Span<ushort> row = raster.Frames[0].Samples.Row(channel, y);
                for (int x = 0; x < row.Length; x++)
                    row[x] = isAlpha && (x / 16 % 3 == 0 || random.Next(4) == 0) ? (ushort)0 : (ushort)random.Next(info.Format.MaxSample + 1);
            }
        }

        return raster;
    }

    /// <summary>The bytes of one pixel of a level.</summary>
    public static byte[] Pixel(Raster image, int level, int x, int y)
    {
        ImageInfo info = image.Info;
        bool hasAlpha = info.Format.Alpha != AlphaKind.None;
        int colors = info.Format.ColorChannels >= 3 ? 3 : 1;
        decimal[] sums = new decimal[colors];
        decimal alphas = 0, weights = 0;
        int count = 0, side = 1 << level;
        for (int row = y * side; row < Math.Min((y + 1) * side, info.Height); row++)
        {
            for (int column = x * side; column < Math.Min((x + 1) * side, info.Width); column++, count++)
            {
                decimal alpha = hasAlpha ? Display(info.Format.Channels - 1) / 255 : 1;
                alphas += alpha;
                weights += alpha;
                for (int channel = 0; channel < colors; channel++)
                    sums[channel] += Display(channel) * (info.Format.Alpha == AlphaKind.Premultiplied ? 1 : alpha);

                decimal Display(int channel) => Math.Min(255, Math.Floor((image.Frames[0].Samples.Row(channel, row)[column] * 255m / info.WhiteLevel) + 0.5m));
            }
        }

        IEnumerable<decimal> means = sums.Select(sum => weights == 0 ? 0 : sum / weights);
        if (hasAlpha)
            means = means.Append(alphas * 255 / count);

        // Quotients that decimals cannot hold are a little off: no mean lies nearer to a half than this, but at it.
        return [.. means.Select(mean => (byte)Math.Min(255, Math.Floor(mean + 0.5m + 1e-15m)))];
    }
}
