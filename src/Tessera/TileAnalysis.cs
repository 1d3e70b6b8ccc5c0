namespace Tessera;

/// <summary>Quick looks at tiles, by which models decide what they are good for. Nothing here is part of the format.</summary>
public static class TileAnalysis
{
    private const int RowStep = 8;

    // Which neighbours a pixel still equals.
    private const byte West = 1, North = 2, NorthWest = 4, NorthEast = 8;

    /// <summary>The share of pixels that equal a neighbour before them, in units of 1/256, from every eighth row.</summary>
    /// <param name="tiles">The tiles.</param>
    /// <returns>0 to 256.</returns>
    public static int NeighbourHits(TileRun tiles)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        long hits = 0, total = 0;
        byte[] equals = [];
        foreach (PixelRectangle region in tiles.Regions)
        {
            if (equals.Length < region.Width)
                equals = new byte[region.Width];
            for (int y = 1; y < region.Height; y += RowStep)
            {
                Span<byte> left = equals.AsSpan(0, region.Width);
                left.Fill(West | North | NorthWest | NorthEast);
                for (int c = 0; c < tiles.ChannelCount; c++)
                {
                    ReadOnlySpan<ushort> row = tiles.Row(c, region, y), above = tiles.Row(c, region, y - 1);
                    for (int x = 1; x < row.Length - 1; x++)
                    {
                        int sample = row[x];
                        left[x] &= (byte)((sample == row[x - 1] ? West : 0) | (sample == above[x] ? North : 0)
                            | (sample == above[x - 1] ? NorthWest : 0) | (sample == above[x + 1] ? NorthEast : 0));
                    }
                }

                for (int x = 1; x < left.Length - 1; x++)
                    hits += left[x] != 0 ? 1 : 0;
                total += Math.Max(0, region.Width - 2);
            }
        }

        return total == 0 ? 256 : (int)(hits * 256 / total);
    }

    /// <summary>
    /// The share of pixels that are what the gradient says, west plus north less northwest, in units of 1/256, from every eighth row: of flat
    /// areas and computed ramps, nearly all.
    /// </summary>
    /// <param name="tiles">The tiles.</param>
    /// <returns>0 to 256.</returns>
    public static int GradientHits(TileRun tiles)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        long hits = 0, total = 0;
        bool[] equals = [];
        foreach (PixelRectangle region in tiles.Regions)
        {
            if (equals.Length < region.Width)
                equals = new bool[region.Width];
            for (int y = 1; y < region.Height; y += RowStep)
            {
                Span<bool> left = equals.AsSpan(0, region.Width);
                left.Fill(true);
                for (int c = 0; c < tiles.ChannelCount; c++)
                {
                    ReadOnlySpan<ushort> row = tiles.Row(c, region, y), above = tiles.Row(c, region, y - 1);
                    for (int x = 1; x < row.Length; x++)
                        left[x] &= row[x] == row[x - 1] + above[x] - above[x - 1];
                }

                hits += left[1..].Count(true);
                total += left.Length - 1;
            }
        }

        return total == 0 ? 256 : (int)(hits * 256 / total);
    }

    /// <summary>
    /// Whether comparing pixels is likely to pay: most pixels equal a neighbour, or some do and colors are few.
    /// </summary>
    /// <param name="tiles">The tiles.</param>
    /// <param name="hits">Their <see cref="NeighbourHits"/>.</param>
    /// <returns>Whether it is.</returns>
    public static bool LooksDrawn(TileRun tiles, int hits)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        return hits >= 152 || (hits >= 48 && tiles.ChannelCount >= 3 && HasFewColors(tiles));
    }

    /// <summary>Whether a color is met eight times or more on average.</summary>
    /// <param name="tiles">Three channels or more.</param>
    /// <returns>Whether it is.</returns>
    public static bool HasFewColors(TileRun tiles)
    {
        ArgumentNullException.ThrowIfNull(tiles);

        // Ends as soon as there are too many, which in most photographs is soon.
        var colors = new HashSet<ulong>();
        long most = tiles.Regions.Sum(region => (region.Height + RowStep - 1L) / RowStep * region.Width) / 8;
        foreach (PixelRectangle region in tiles.Regions)
        {
            for (int y = 0; y < region.Height; y += RowStep)
            {
                Span<ushort> r = tiles.Row(0, region, y), g = tiles.Row(1, region, y), b = tiles.Row(2, region, y);
                for (int x = 0; x < r.Length; x++)
                {
                    if (colors.Add(r[x] | ((ulong)g[x] << 16) | ((ulong)b[x] << 32)) && colors.Count > most)
                        return false;
                }
            }
        }

        return true;
    }

    /// <summary>How many values the samples of the first channel have, in every eighth row.</summary>
    /// <param name="tiles">The tiles.</param>
    /// <returns>1 to 65536.</returns>
    public static int CountValues(TileRun tiles)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        var values = new bool[tiles.Format.MaxSample + 1];
        foreach (PixelRectangle region in tiles.Regions)
        {
            for (int y = 0; y < region.Height; y += RowStep)
            {
                foreach (ushort sample in tiles.Row(0, region, y))
                    values[sample] = true;
            }
        }

        return values.AsSpan().Count(true);
    }

    /// <summary>The share of samples of the first channel that have one of the most frequent values, in units of 1/256, from every eighth row.</summary>
    /// <param name="tiles">The tiles.</param>
    /// <param name="values">How many values.</param>
    /// <returns>0 to 256.</returns>
    public static int ShareOfMostFrequent(TileRun tiles, int values)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        var counts = new int[tiles.Format.MaxSample + 1];
        foreach (PixelRectangle region in tiles.Regions)
        {
            for (int y = 0; y < region.Height; y += RowStep)
            {
                foreach (ushort sample in tiles.Row(0, region, y))
                    counts[sample]++;
            }
        }

        Array.Sort(counts);
        long all = counts.Sum(count => (long)count), frequent = counts.TakeLast(values).Sum(count => (long)count);
        return (int)(frequent * 256 / all);
    }

    /// <summary>Whether samples tell nothing of their neighbours: differences vary more than the samples themselves.</summary>
    /// <param name="tiles">The tiles.</param>
    /// <returns>Whether they do.</returns>
    public static bool LooksLikeNoise(TileRun tiles)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        for (int c = 0; c < tiles.ChannelCount; c++)
        {
            long sum = 0, squares = 0, differences = 0, count = 0;
            foreach (PixelRectangle region in tiles.Regions)
            {
                for (int y = 0; y < region.Height; y += RowStep)
                {
                    Span<ushort> row = tiles.Row(c, region, y);
                    for (int x = 1; x < row.Length; x++)
                    {
                        long value = row[x], difference = value - row[x - 1];
                        sum += value;
                        squares += value * value;
                        differences += difference * difference;
                        count++;
                    }
                }
            }

            // Independent samples differ by twice their variance; 1.6 times is near enough.
            if (count == 0 || (Int128)differences * count * 5 < 8 * (((Int128)squares * count) - ((Int128)sum * sum)))
                return false;
        }

        return true;
    }
}
