using System.Collections.Immutable;
using Tessera.Cli.Benchmarks.Results;
using Tessera.Cli.Files;

namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>A picture on the page.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Thumbnail">It, made small, as a data URI.</param>
/// <param name="HeatMap">Its heat map as a data URI; null if there is none.</param>
internal sealed record Plate(PictureReport Picture, string Thumbnail, string? HeatMap)
{
    /// <summary>More pictures than these make a page too large to open.</summary>
    private const int Most = 60;

    /// <summary>Prepares the pictures of a run, the first ones if there are many.</summary>
    public static async Task<ImmutableArray<Plate>> MakeAllAsync(BenchResult result, HeatScale? scale, FormatCatalog formats, CancellationToken cancellationToken)
    {
        var plates = ImmutableArray.CreateBuilder<Plate>();
        foreach ((PictureReport picture, ReadOnlyMemory<byte> thumbnail) in result.Report.Pictures.Zip(result.Thumbnails).Take(Most))
        {
            string? map = picture.Tiles is { } tiles && scale is not null ? ToUri(await HeatImage.DrawAsync(tiles, scale, formats, cancellationToken)) : null;
            plates.Add(new(picture, ToUri(thumbnail), map));
        }

        return plates.ToImmutable();
    }

    private static string ToUri(ReadOnlyMemory<byte> png) => "data:image/png;base64," + Convert.ToBase64String(png.Span);
}
