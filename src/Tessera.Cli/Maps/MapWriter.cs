using Tessera.Cli.Display;
using Tessera.Cli.Files;

namespace Tessera.Cli.Maps;

/// <summary>Makes a map of a file and writes it as an image.</summary>
internal sealed class MapWriter(ToolContext context, TesseraDecoderOptions decoding, MapOptions options)
{
    private static readonly Rgb Background = Rgb.Grey(24);

    /// <summary>Decodes the file, some bands at a time, and writes the map.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">What it is made of.</param>
    /// <param name="progress">Told how far the decoding is.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ToolException">There is no such frame, or the map's file exists.</exception>
    public async Task WriteAsync(string path, FileReport report, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        if (options.Frame >= report.Info.FrameCount)
            throw ToolException.Usage($"There is no frame {options.Frame}: the image has {report.Info.FrameCount}, counted from 0.");
        var statistics = TileStatistics.Measure(report, options.Frame);
        await using OutputFile output = OutputFile.Create(options.Path, options.Overwrite, context.Terminal);
        GreyPicture picture = await DecodeAsync(path, progress, cancellationToken);
        await using (IRasterSink sink = context.Formats.Create(output.Stream, Path.GetExtension(options.Path)))
        {
            using Raster map = Draw(statistics, picture, ModelUse.Count(report));
            await map.AsSource().CopyToAsync(sink, cancellationToken);
        }

        await output.CommitAsync(cancellationToken);
    }

    private async Task<GreyPicture> DecodeAsync(string path, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        var decoder = new TesseraDecoder(decoding with { MaxFrames = options.Frame + 1 });
        await using Stream input = InputFiles.Open(path, context.Terminal);
        await using var sink = new GreyPictureSink(options.Frame, options.Size);
        await decoder.DecodeAsync(input, sink, progress, cancellationToken);
        return sink.Picture;
    }

    private Raster Draw(TileStatistics statistics, GreyPicture picture, IReadOnlyList<ModelUsage> models)
    {
        var painter = new MapPainter(statistics, picture, options.Content);
        int width = Math.Max(painter.Width, MapLegend.MinWidth);
        var legend = new MapLegend(statistics, models, options.Content, width);
        var canvas = new RgbCanvas(width, painter.Height + legend.Height, Background);
        painter.Paint(canvas);
        legend.Paint(canvas, painter.Height);
        return canvas.ToRaster();
    }
}
