using Tessera.Cli.Benchmarks.Measuring;
using Tessera.Cli.Files;

namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>Makes pictures small.</summary>
internal static class Thumbnail
{
    /// <summary>The longest side in pixels.</summary>
    public const int LongestSide = 480;

    /// <summary>Makes a picture small.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="formats">What writes PNG.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A PNG file with 8 bits a sample, each pixel the mean of those that it stands for.</returns>
    public static async Task<ReadOnlyMemory<byte>> MakeAsync(Picture picture, FormatCatalog formats, CancellationToken cancellationToken)
    {
        await using IRasterSource source = await picture.OpenAsync(cancellationToken);
        ImageInfo info = source.Info;
        double scale = Math.Min(1, (double)LongestSide / Math.Max(info.Width, info.Height));
        int width = Math.Max(1, (int)Math.Round(info.Width * scale)), height = Math.Max(1, (int)Math.Round(info.Height * scale));
        using var small = Raster.Create(new(width, height, info.Format with { BitDepth = 8 }));
        var filter = new BoxFilter(info, small);
        await source.ReadFrameInfoAsync(cancellationToken);
        for (int y = 0; y < height; y++)
        {
            (int first, int end) = BoxFilter.Range(y, info.Height, height);
            using var rows = new PlanarBuffer(info.Width, 1, info.Format.Channels);
            for (int row = first; row < end; row++)
            {
                await source.ReadRowsAsync(rows, cancellationToken);
                filter.Add(rows);
            }

            filter.WriteRow(y);
        }

        return await ToPngAsync(small, formats, cancellationToken);
    }

    /// <summary>Writes an image as a PNG file.</summary>
    public static async Task<ReadOnlyMemory<byte>> ToPngAsync(Raster raster, FormatCatalog formats, CancellationToken cancellationToken)
    {
        using var file = new MemoryStream();
        await using (IRasterSink sink = formats.Create(file, ".png"))
            await raster.AsSource().CopyToAsync(sink, cancellationToken);
        return file.ToArray();
    }
}
