namespace Tessera.Models.Causal;

/// <summary>
/// The channels of a block from its samples, and back: grey as it is, colors as YCoCg-R (Malvar and Sullivan, "YCoCg-R: a color space with RGB reversibility and low
/// dynamic range", JVT-I014).
/// </summary>
internal static class CausalPixels
{
    /// <summary>Whether all samples of a channel of some blocks are the same.</summary>
    public static bool IsConstant(TileRun tiles, ReadOnlySpan<PixelRectangle> blocks, int channel, out int sample)
    {
        sample = tiles.Row(channel, blocks[0], 0)[0];
        foreach (PixelRectangle block in blocks)
        {
            for (int y = 0; y < block.Height; y++)
            {
                if (tiles.Row(channel, block, y).ContainsAnyExcept((ushort)sample))
                    return false;
            }
        }

        return true;
    }

    /// <summary>Makes all samples of a channel of some blocks the same.</summary>
    public static void Fill(TileRun tiles, ReadOnlySpan<PixelRectangle> blocks, int channel, int sample)
    {
        foreach (PixelRectangle block in blocks)
        {
            for (int y = 0; y < block.Height; y++)
                tiles.Row(channel, block, y).Fill((ushort)sample);
        }
    }

    /// <summary>Reads a block's samples of three channels of color, or of one as grey.</summary>
    public static void Read(TileRun tiles, int first, int count, Block block)
    {
        PixelRectangle bounds = block.Bounds;
        for (int y = 0; y < bounds.Height; y++)
        {
            if (count == 1)
            {
                ReadOnlySpan<ushort> grey = tiles.Row(first, bounds, y);
                for (int x = 0; x < bounds.Width; x++)
                    block.Sample(0, y, x) = (short)grey[x];
                continue;
            }

            ReadOnlySpan<ushort> red = tiles.Row(first, bounds, y), green = tiles.Row(first + 1, bounds, y), blue = tiles.Row(first + 2, bounds, y);
            for (int x = 0; x < bounds.Width; x++)
            {
                int orange = red[x] - blue[x];
                int between = blue[x] + (orange >> 1);
                int rest = green[x] - between;
                block.Sample(0, y, x) = (short)(between + (rest >> 1));
                block.Sample(1, y, x) = (short)orange;
                block.Sample(2, y, x) = (short)rest;
            }
        }
    }

    /// <summary>Writes a block's samples of three channels of color, or of one as grey.</summary>
    /// <exception cref="TesseraFormatException">A pixel is not of 8 bits: the data is damaged.</exception>
    public static void Write(Block block, TileRun tiles, int first, int count)
    {
        PixelRectangle bounds = block.Bounds;
        for (int y = 0; y < bounds.Height; y++)
        {
            if (count == 1)
            {
                Span<ushort> grey = tiles.Row(first, bounds, y);
                for (int x = 0; x < bounds.Width; x++)
                    grey[x] = (ushort)block.Sample(0, y, x);
                continue;
            }

            Span<ushort> red = tiles.Row(first, bounds, y), green = tiles.Row(first + 1, bounds, y), blue = tiles.Row(first + 2, bounds, y);
            for (int x = 0; x < bounds.Width; x++)
            {
                int orange = block.Sample(1, y, x), rest = block.Sample(2, y, x);
                int between = block.Sample(0, y, x) - (rest >> 1);
                int g = rest + between, b = between - (orange >> 1), r = b + orange;
                if ((uint)r > 255 || (uint)g > 255 || (uint)b > 255)
                    throw new TesseraFormatException($"A decoded pixel is {r}, {g}, {b}; the segment is damaged.");
                (red[x], green[x], blue[x]) = ((ushort)r, (ushort)g, (ushort)b);
            }
        }
    }
}
