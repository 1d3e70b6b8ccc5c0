using Spectre.Console;
using Tessera.Cli.Benchmarks.Results;
using Tessera.Cli.Display;
using Tessera.Cli.Files;

namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>The scale that all heat maps of a page have in common.</summary>
/// <param name="Lowest">Bits per subpixel of the first color.</param>
/// <param name="Highest">Bits per subpixel of the last color.</param>
internal sealed record HeatScale(double Lowest, double Highest)
{
    /// <summary>The scale for some pictures; null if there is nothing to show.</summary>
    public static HeatScale? Of(IEnumerable<PictureReport> pictures)
    {
        double[] values = [.. pictures.SelectMany(p => p.Tiles?.BitsPerSubpixel ?? [])];
        return values.Length == 0 ? null : new(values.Min(), values.Max());
    }

    /// <summary>The color of a tile.</summary>
    public Color ColorOf(double value) => HeatColors.At((value - Lowest) / Math.Max(Highest - Lowest, 1e-9));

    /// <summary>The colors from the first to the last, as a style.</summary>
    public static string Gradient => $"background:linear-gradient(to right,{string.Join(',', HeatColors.All.Select(c => "#" + c.ToHex()))})";
}

/// <summary>Draws heat maps.</summary>
internal static class HeatImage
{
    /// <summary>Draws a heat map as a PNG file of one pixel for each tile.</summary>
    public static async Task<ReadOnlyMemory<byte>> DrawAsync(TileCosts tiles, HeatScale scale, FormatCatalog formats, CancellationToken cancellationToken)
    {
        using var raster = Raster.Create(new(tiles.Columns, tiles.Rows, new(3, 8)));
        PlanarBuffer samples = raster.Frames[0].Samples;
        for (int i = 0; i < tiles.BitsPerSubpixel.Length; i++)
        {
            Color color = scale.ColorOf(tiles.BitsPerSubpixel[i]);
            samples.Plane(0)[i] = color.R;
            samples.Plane(1)[i] = color.G;
            samples.Plane(2)[i] = color.B;
        }

        return await Thumbnail.ToPngAsync(raster, formats, cancellationToken);
    }
}
