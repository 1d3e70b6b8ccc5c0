using System.Collections.Immutable;
using System.Globalization;
using Tessera.Cli.Benchmarks.Results;

namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>The pictures, each with its heat map and what every codec made of it.</summary>
internal static class PicturesSection
{
    public static void Write(Markup page, BenchReport report, Families families, ImmutableArray<Plate> plates, HeatScale? scale)
    {
        using (page.Element("section", ("aria-labelledby", "pictures")))
        {
            page.Leaf("h2", "Where the bits are", ("id", "pictures"));
            using (page.Element("div", ("class", "scale-row")))
            {
                page.Leaf(
                    "p",
                    "Each picture and its heat map: what every tile takes in bits per subpixel, by Tessera at its default effort, with small tiles that are coded each for itself. The whole takes a little more so, as is said beside it. Point at a picture, or choose it and use the arrow keys, to read a tile.",
                    ("class", "lead"));
                if (scale is not null)
                    WriteLegend(page, scale);
            }

            foreach (Plate plate in plates)
                WritePlate(page, report, families, plate);
            if (plates.Length < report.Pictures.Length)
                page.Leaf("p", $"These are the first {plates.Length} of {report.Pictures.Length} pictures; the figures of all are in the file that --json writes.", ("class", "lead"));
        }
    }

    private static void WriteLegend(Markup page, HeatScale scale)
    {
        string label = $"Color scale from {FigureText.Rate(scale.Lowest)} to {FigureText.Rate(scale.Highest)} bits per subpixel";
        using (page.Element("div", ("class", "legend"), ("role", "img"), ("aria-label", label)))
        {
            page.Leaf("div", null, ("class", "ramp"), ("style", HeatScale.Gradient));
            using (page.Element("div", ("class", "ends")))
            {
                page.Leaf("span", FigureText.Rate(scale.Lowest));
                page.Leaf("span", "bits per subpixel");
                page.Leaf("span", FigureText.Rate(scale.Highest));
            }
        }
    }

    private static void WritePlate(Markup page, BenchReport report, Families families, Plate plate)
    {
        PictureReport picture = plate.Picture;
        string shape = string.Create(CultureInfo.InvariantCulture, $"{picture.Width} \u00d7 {picture.Height}, {Channels(picture)}, {picture.BitDepth} bits");
        using (page.Element("article", ("class", "picture")))
        {
            using (page.Element("div", ("class", "views")))
            {
                using (page.Element("h3"))
                {
                    page.Text(picture.Name);
                    page.Text(" ");
                    page.Leaf("span", shape);
                }

                using (page.Element("div", ("class", "panes"), ("tabindex", plate.HeatMap is null ? null : "0"), ("role", "group"), ("aria-label", $"{picture.Name} and its heat map")))
                {
                    using (page.Element("div", ("class", "pane"), ("style", Ratio(picture))))
                        page.Leaf("img", null, ("src", plate.Thumbnail), ("alt", $"{picture.Name}, made small"), ("class", "photo"));
                    if (plate.HeatMap is not null)
                        WriteHeatMap(page, picture, plate.HeatMap);
                }

                if (picture.Tiles is { } tiles)
                {
                    page.Leaf(
                        "output",
                        string.Create(CultureInfo.InvariantCulture, $"tiles of {tiles.TileSize} \u00d7 {tiles.TileSize}: {FigureText.Rate(tiles.BitsPerSubpixel.Min())} to {FigureText.Rate(tiles.BitsPerSubpixel.Max())}, together {FigureText.Rate(tiles.FileBitsPerSubpixel)}"),
                        ("class", "readout"));
                }
            }

            WriteResults(page, report, families, picture);
        }
    }

    private static void WriteHeatMap(Markup page, PictureReport picture, string image)
    {
        TileCosts tiles = picture.Tiles!;
        int hottest = tiles.BitsPerSubpixel.IndexOf(tiles.BitsPerSubpixel.Max());
        string alt = string.Create(
            CultureInfo.InvariantCulture,
            $"Heat map: {FigureText.Rate(tiles.BitsPerSubpixel.Min())} to {FigureText.Rate(tiles.BitsPerSubpixel.Max())} bits per subpixel, most at column {hottest % tiles.Columns * tiles.TileSize}, row {hottest / tiles.Columns * tiles.TileSize}");

        // The last tiles reach beyond the picture, and so does the image of the tiles.
        string size = $"width:{Markup.Number(100.0 * tiles.Columns * tiles.TileSize / picture.Width)}%;height:{Markup.Number(100.0 * tiles.Rows * tiles.TileSize / picture.Height)}%";
        using (page.Element("div", ("class", "pane"), ("style", Ratio(picture))))
        {
            page.Leaf(
                "img", null, ("src", image), ("alt", alt), ("class", "heat"), ("style", size),
                ("data-tile", Invariant(tiles.TileSize)), ("data-columns", Invariant(tiles.Columns)), ("data-width", Invariant(picture.Width)), ("data-height", Invariant(picture.Height)),
                ("data-bits", string.Join(' ', tiles.BitsPerSubpixel.Select(b => b.ToString("0.###", CultureInfo.InvariantCulture)))));
        }
    }

    private static void WriteResults(Markup page, BenchReport report, Families families, PictureReport picture)
    {
        double widest = picture.Results.Max(r => r.BitsPerSubpixel) ?? 1;
        using (page.Element("table", ("class", "results")))
        {
            page.Leaf("caption", $"Bits per subpixel of {picture.Name}", ("class", "hidden"));
            using (page.Element("tbody"))
            {
                foreach (Measurement result in picture.Results.OrderBy(r => r.Outcome).ThenBy(r => r.Bytes ?? long.MaxValue))
                {
                    CodecReport codec = report.Codec(result.Codec);
                    bool isLossless = result.Outcome == Outcome.Lossless;
                    using (page.Element("tr", ("class", codec.IsTessera ? "own" : null)))
                    {
                        page.Leaf("th", codec.Label, ("scope", "row"));
                        using (page.Element("td", ("class", "bar"), ("title", Describe(result))))
                        {
                            if (isLossless)
                                page.Leaf("span", null, ("class", "length " + families.ClassOf(codec)), ("style", $"width:{Markup.Number(70 * (result.BitsPerSubpixel ?? 0) / widest)}%"));
                            page.Leaf("span", isLossless ? FigureText.Rate(result.BitsPerSubpixel) : OutcomeText(result.Outcome), ("class", isLossless ? "figure" : "bad"));
                        }
                    }
                }
            }
        }
    }

    private static string Describe(Measurement result) => result.Outcome == Outcome.Lossless
        ? $"{FigureText.Count(result.Bytes ?? 0)} bytes; encoded in {FigureText.Short(result.Encode?.WallSeconds)} s, decoded in {FigureText.Short(result.Decode?.WallSeconds)} s"
        : result.Message ?? "";

    private static string OutcomeText(Outcome outcome) => outcome switch
    {
        Outcome.Lossy => "not lossless",
        Outcome.Failed => "failed",
        _ => "not taken",
    };

    private static string Ratio(PictureReport picture) => $"aspect-ratio:{Invariant(picture.Width)}/{Invariant(picture.Height)}";

    private static string Invariant(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Channels(PictureReport picture) =>
        (picture.Channels - (picture.HasAlpha ? 1 : 0) == 1 ? "grey" : "RGB") + (picture.HasAlpha ? " and alpha" : "");
}
