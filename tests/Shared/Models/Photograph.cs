using Tessera.Png;

namespace Tessera.Models;

/// <summary>The repository's photograph, as large as a test needs it: what is beyond its edges is its mirror image.</summary>
internal static class Photograph
{
    public static async Task<Raster> CreateAsync(int width, int height)
    {
        using FileStream file = File.OpenRead(Repository.PathOf("samples", "coffee.png"));
        await using IRasterSource source = await new PngFormat().OpenAsync(file, RasterLimits.Default);
        using Raster photograph = await Raster.ReadAsync(source);
        var result = Raster.Create(new(width, height, new(3, 8)));
        for (int channel = 0; channel < 3; channel++)
        {
            for (int y = 0; y < height; y++)
            {
                Span<ushort> from = photograph.Frames[0].Samples.Row(channel, Mirror(y, photograph.Info.Height));
                Span<ushort> to = result.Frames[0].Samples.Row(channel, y);
                for (int x = 0; x < width; x++)
                    to[x] = from[Mirror(x, from.Length)];
            }
        }

        return result;
    }

    private static int Mirror(int place, int length) => place % (2 * length) is var p && p < length ? p : (2 * length) - 1 - p;
}
