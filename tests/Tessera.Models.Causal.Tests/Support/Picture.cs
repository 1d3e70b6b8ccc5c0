namespace Tessera.Models.Causal.Tests.Support;

/// <summary>Images that are drawn.</summary>
internal static class Picture
{
    /// <summary>What can be drawn.</summary>
    public static readonly string[] Kinds = ["photograph", "flat", "noise", "checkerboard", "extremes"];

    public static Raster Draw(string kind, int width, int height, int channels = 3)
    {
        var image = Raster.Create(new(width, height, new(channels, 8)));
        Draw(kind, image.Frames[0].Samples, new(width + (1000 * height)));
        return image;
    }

    public static PlanarBuffer Plane(string kind, int width, int height, int seed = 1)
    {
        var image = new PlanarBuffer(width, height, 3);
        Draw(kind, image, new(seed));
        return image;
    }

    private static void Draw(string kind, PlanarBuffer image, Random random)
    {
        for (int channel = 0; channel < image.Channels; channel++)
        {
            for (int y = 0; y < image.Height; y++)
            {
                Span<ushort> row = image.Row(channel, y);
                for (int x = 0; x < row.Length; x++)
                    row[x] = (ushort)Sample(kind, channel, y, x, random);
            }
        }
    }

    private static int Sample(string kind, int channel, int y, int x, Random random) => kind switch
    {
        // Light that changes slowly, edges at a slant, texture, and a little noise.
        "photograph" => Math.Clamp(
            (int)(120 + (50 * Math.Sin((x + (2 * y)) / 37.0)) + (channel * 9) + ((x + (y / 3)) % 90 > 50 ? 40 : 0) + (8 * Math.Sin(x * y / 50.0)))
            + random.Next(-3, 4), 0, 255),
        "flat" => 77 + (40 * channel),
        "noise" => random.Next(256),
        "checkerboard" => (x + y + channel) % 2 * 255,
        "extremes" => (x / 5) + (y / 7) is var cell && ((cell * 7) + channel) % 3 == 0 ? 255 : cell % 2 == 0 ? 0 : random.Next(2) * 255,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind."),
    };
}
