using System.Numerics;

namespace Tessera.Models.Classic;

/// <summary>Quick looks at pixels, from which the encoder plans. Nothing here is part of the format.</summary>
internal static class ImageAnalysis
{
    private const int RowStep = 8;

    /// <summary>Roughly how much a map saves, in sixteenths of a bit.</summary>
    /// <param name="tiles">The tiles.</param>
    /// <param name="map">The map.</param>
    /// <param name="firstChannel">The first channel that it maps.</param>
    /// <param name="lastChannel">The last channel that it maps.</param>
    public static long Saving(TileRun tiles, ChannelMap map, int firstChannel, int lastChannel)
    {
        long saving = 0;
        foreach (PixelRectangle region in tiles.Regions)
        {
            int step = region.Height > 2 * RowStep ? RowStep : 1;
            for (int y = 1; y < region.Height; y += step)
            {
                for (int c = firstChannel; c <= lastChannel; c++)
                {
                    Span<ushort> row = tiles.Row(c, region, y), above = tiles.Row(c, region, y - 1);
                    for (int x = 1; x < row.Length; x++)
                    {
                        int plain = Cost(row[x], row[x - 1], above[x], above[x - 1]);
                        int mapped = Cost(map.ToRank(row[x]), map.ToRank(row[x - 1]), map.ToRank(above[x]), map.ToRank(above[x - 1]));
                        saving += step * (plain - mapped);
                    }
                }
            }
        }

        return saving;
    }

    // The smaller of the errors of the median and of the gradient, in sixteenths of a bit, by a piecewise linear logarithm.
    private static int Cost(int value, int w, int n, int nw)
    {
        int gradient = w + n - nw, median = Math.Clamp(gradient, Math.Min(w, n), Math.Max(w, n));
        uint error = 1 + (uint)Math.Min(Math.Abs(value - gradient), Math.Abs(value - median));
        int octave = BitOperations.Log2(error);
        return (octave << 4) + (int)(((error << 4) >> octave) & 15);
    }

    /// <summary>The color transform whose planes differ least from their gradients.</summary>
    public static ColorTransform ChooseTransform(TileRun tiles)
    {
        Span<long> costs = stackalloc long[ColorTransforms.Count];
        costs.Clear();
        var planes = new int[2 * 3][];
        foreach (PixelRectangle region in tiles.Regions)
        {
            for (int i = 0; i < planes.Length; i++)
                planes[i] = new int[region.Width];
            int step = region.Height > 2 * RowStep ? RowStep : 1;
            for (int y = 1; y < region.Height; y += step)
            {
                for (int t = 0; t < costs.Length; t++)
                {
                    for (int up = 0; up < 2; up++)
                    {
                        Span<ushort> r = tiles.Row(0, region, y - up), g = tiles.Row(1, region, y - up), b = tiles.Row(2, region, y - up);
                        int[] p0 = planes[up], p1 = planes[2 + up], p2 = planes[4 + up];
                        for (int x = 0; x < r.Length; x++)
                            (p0[x], p1[x], p2[x]) = ((ColorTransform)t).Forward(r[x], g[x], b[x]);
                    }

                    for (int p = 0; p < planes.Length; p += 2)
                    {
                        int[] row = planes[p], above = planes[p + 1];
                        for (int x = 1; x < row.Length; x++)
                        {
                            costs[t] += Cost(row[x], row[x - 1], above[x], above[x - 1]);
                        }
                    }
                }
            }
        }

        int best = (int)ColorTransform.YCoCg;
        for (int t = 0; t < costs.Length; t++)
        {
            if (costs[t] * 100 < costs[best] * 99)
                best = t;
        }

        return (ColorTransform)best;
    }
}
