using System.Collections.Immutable;
using Tessera.Cli.Display;
using Tessera.Cli.Files;
using Tessera.Cli.Maps;
using Tessera.Container;

namespace Tessera.Cli.Viewing;

/// <summary>Finds out what is known of the codec's tiles, for which the whole file is read, and nothing decoded.</summary>
internal static class ViewMapMaker
{
    /// <summary>A page takes no more tiles than this.</summary>
    private const int MaxTiles = 1 << 20;

    private const int Digits = 3;
    private const int ScaleSteps = 32;

    /// <summary>Reads a file; damage costs the segments that it hits.</summary>
    /// <param name="path">The file.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="terminal">The standard streams.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ToolException">There are too many tiles.</exception>
    public static async Task<ViewMap> MakeAsync(string path, int frame, Terminal terminal, CancellationToken cancellationToken)
    {
        await using Stream input = InputFiles.Open(path, terminal);
        FileReport report = await TesseraInspector.InspectAsync(input, null, RecoveryMode.SkipDamage, null, cancellationToken);
        if (report.Grid.TilesPerFrame > MaxTiles)
            throw ToolException.InvalidContent($"The image has {report.Grid.TilesPerFrame} tiles; a page is given {MaxTiles} at the most.");
        var statistics = TileStatistics.Measure(report, frame);
        return new(
            [.. ModelUse.Count(report).Select((u, i) => new ViewMap.Model(u.Model.Id, u.Model.Version, u.Tiles, Hex(ModelColors.Of(i))))],
            [.. statistics.Bits.ToArray().Select(b => Math.Round(b, Digits))],
            [.. statistics.Models],
            [.. statistics.Runs],
            statistics.Lowest,
            statistics.Highest,
            [.. Enumerable.Range(0, ScaleSteps).Select(i => Hex(ColorScale.At((double)i / (ScaleSteps - 1))))]);
    }

    private static string Hex(Rgb color) => $"#{color.R:x2}{color.G:x2}{color.B:x2}";
}
