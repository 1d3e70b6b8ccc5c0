using Tessera.Exact;

namespace Tessera.Models;

/// <summary>Grey levels as the integers around 0 that flows and chains of latents code, and back.</summary>
internal static class TilePixels
{
    private const int BitDepth = 8;

    // What is taken from grey levels.
    private const int Center = 128;

    /// <summary>Whether images are what a model of so many channels codes.</summary>
    public static bool Supports(SampleFormat format, int channels) =>
        format.BitDepth == BitDepth && format.Alpha == AlphaKind.None && format.Channels == channels;

    /// <summary>Checks that a segment can be what a model of so many channels coded.</summary>
    /// <exception cref="TesseraFormatException">It cannot.</exception>
    public static void Check(TileRun tiles, int channels, ModelIdentity model)
    {
        if (tiles.ChannelCount != channels || tiles.Format.BitDepth != BitDepth)
        {
            throw new TesseraFormatException(
                $"A segment of {tiles.ChannelCount} channels of {tiles.Format.BitDepth} bits is said to be coded by {model.Id}, "
                + $"which codes {channels} of {BitDepth}.");
        }
    }

    /// <summary>Reads a block; what lies beyond its right and lower edge repeats the last column and row.</summary>
    public static void Read(TileRun tiles, PixelRectangle block, bool transform, ExactTensor target)
    {
        Span<short> pixels = target.Tile(0);
        int channels = target.Channels;
        for (int y = 0; y < target.Height; y++)
        {
            Span<short> row = pixels.Slice(y * target.Width * channels, target.Width * channels);
            for (int c = 0; c < channels; c++)
            {
                ReadOnlySpan<ushort> samples = tiles.Row(c, block, Math.Min(y, block.Height - 1));
                for (int x = 0; x < target.Width; x++)
                    row[(x * channels) + c] = (short)(samples[Math.Min(x, samples.Length - 1)] - Center);
            }

            if (transform)
            {
                for (int x = 0; x < target.Width; x++)
                    Forward(row.Slice(x * channels, channels));
            }
        }
    }

    /// <summary>Writes a block.</summary>
    /// <exception cref="TesseraFormatException">A pixel is not of 8 bits: the data is damaged.</exception>
    public static void Write(ExactTensor source, bool transform, TileRun tiles, PixelRectangle block)
    {
        Span<short> pixels = source.Tile(0);
        int channels = source.Channels;
        for (int y = 0; y < block.Height; y++)
        {
            Span<short> row = pixels.Slice(y * source.Width * channels, block.Width * channels);
            if (transform)
            {
                for (int x = 0; x < block.Width; x++)
                    Inverse(row.Slice(x * channels, channels));
            }

            for (int c = 0; c < channels; c++)
            {
                Span<ushort> samples = tiles.Row(c, block, y);
                for (int x = 0; x < samples.Length; x++)
                {
                    int sample = row[(x * channels) + c] + Center;
                    if ((uint)sample > 255)
                        throw new TesseraFormatException($"A decoded sample is {sample}; the segment is damaged.");
                    samples[x] = (ushort)sample;
                }
            }
        }
    }

    // YCoCg-R (Malvar and Sullivan, "YCoCg-R: a color space with RGB reversibility and low dynamic range", JVT-I014), of R, G, B less 128:
    // differences do not see that, and Y is what it would be, less 128.
    private static void Forward(Span<short> pixel)
    {
        int orange = pixel[0] - pixel[2];
        int between = pixel[2] + (orange >> 1);
        int green = pixel[1] - between;
        (pixel[0], pixel[1], pixel[2]) = ((short)(between + (green >> 1)), (short)orange, (short)green);
    }

    private static void Inverse(Span<short> pixel)
    {
        int between = pixel[0] - (pixel[2] >> 1);
        int blue = between - (pixel[1] >> 1);
        (pixel[0], pixel[1], pixel[2]) = (unchecked((short)(blue + pixel[1])), unchecked((short)(pixel[2] + between)), unchecked((short)blue));
    }
}
