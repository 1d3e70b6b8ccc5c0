namespace Tessera.Cli.Maps;

/// <summary>A picture to draw on.</summary>
internal sealed class RgbCanvas
{
    private const int Channels = 3;

    private readonly Rgb[] _pixels;

    public RgbCanvas(int width, int height, Rgb background)
    {
        Width = width;
        Height = height;
        _pixels = new Rgb[width * height];
        _pixels.AsSpan().Fill(background);
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>A row of pixels.</summary>
    public Span<Rgb> Row(int y) => _pixels.AsSpan(y * Width, Width);

    /// <summary>Fills a rectangle, as far as it lies within.</summary>
    public void Fill(int x, int y, int width, int height, Rgb color)
    {
        int left = Math.Clamp(x, 0, Width), right = Math.Clamp(x + width, left, Width);
        for (int row = Math.Max(y, 0); row < Math.Min(y + height, Height); row++)
            Row(row)[left..right].Fill(color);
    }

    /// <summary>The picture as an image of 8 bits, the caller's to dispose of.</summary>
    public Raster ToRaster()
    {
        var raster = Raster.Create(new(Width, Height, new(Channels, 8)));
        PlanarBuffer samples = raster.Frames[0].Samples;
        Span<ushort> r = samples.Plane(0), g = samples.Plane(1), b = samples.Plane(2);
        for (int i = 0; i < _pixels.Length; i++)
            (r[i], g[i], b[i]) = (_pixels[i].R, _pixels[i].G, _pixels[i].B);
        return raster;
    }
}
