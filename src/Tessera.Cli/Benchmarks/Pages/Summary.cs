using System.Globalization;
using Tessera.Cli.Benchmarks.Results;

namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>The head of the page: what came out, in a sentence and four figures.</summary>
internal static class Summary
{
    /// <summary>What came out.</summary>
    public static string Sentence(BenchReport report)
    {
        string label = report.Reference.Label, pictures = FigureText.Plural(report.Pictures.Length, "picture");
        CodecTotals own = report.TotalsOf(report.Reference);
        if (!own.IsComplete)
            return $"{label} coded {own.Lossless} of {pictures} without loss.";
        if (BestRival(report) is not { } best)
            return $"{label} takes {FigureText.Rate(own.BitsPerSubpixel)} bits per subpixel for {pictures}.";
        double change = (own.BitsPerSubpixel!.Value / best.BitsPerSubpixel!.Value) - 1;
        return $"{label} makes {pictures} {FigureText.Percent(Math.Abs(change))} {(change <= 0 ? "smaller" : "larger")} than {report.Codec(best.Codec).Label}, the best of the others.";
    }

    public static void Write(Markup page, BenchReport report)
    {
        using (page.Element("header"))
        {
            using (page.Element("p", ("class", "plate")))
            {
                page.Leaf("span", "Tessera bench", ("class", "maker"));
                page.Leaf("time", report.Created.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC", ("datetime", report.Created.ToString("s", CultureInfo.InvariantCulture) + "Z"));
            }

            page.Leaf("h1", Sentence(report));
            WriteReadouts(page, report);
            if (report.Machine.IsBusy)
            {
                page.Leaf(
                    "p",
                    string.Create(CultureInfo.InvariantCulture, $"The machine was busy when the run began: a load of {report.Machine.Load:F1} on {report.Machine.Cores} cores. Speeds by the clock are too low, for all codecs; processor times suffer less. Sizes are not affected."),
                    ("class", "warning"));
            }
        }
    }

    /// <summary>The rival that makes all pictures smallest; null if none coded all of them.</summary>
    public static CodecTotals? BestRival(BenchReport report) => report.Totals.FirstOrDefault(t => t.IsComplete && !report.Codec(t.Codec).IsTessera);

    private static void WriteReadouts(Markup page, BenchReport report)
    {
        CodecTotals own = report.TotalsOf(report.Reference);
        IReadOnlyList<Duel> duels = Duel.Of(report);
        using (page.Element("dl", ("class", "readouts")))
        {
            Readout(page, report.Reference.Label, FigureText.Rate(own.BitsPerSubpixel), "bits per subpixel", "own");
            if (BestRival(report) is { } best)
                Readout(page, report.Codec(best.Codec).Label, FigureText.Rate(best.BitsPerSubpixel), "bits per subpixel", null);
            if (duels.Count > 0)
                Readout(page, "Smaller than every other", $"{duels.Count(d => d.Change < 0)}/{duels.Count}", duels.Count == 1 ? "picture" : "pictures", null);
            Readout(page, "Compared sample by sample", $"{own.Lossless}/{report.Pictures.Length}", "identical", null);
        }
    }

    private static void Readout(Markup page, string term, string value, string unit, string? style)
    {
        using (page.Element("div", ("class", style)))
        {
            page.Leaf("dt", term);
            using (page.Element("dd"))
            {
                page.Leaf("span", value, ("class", "value"));
                page.Text(" ");
                page.Leaf("span", unit, ("class", "unit"));
            }
        }
    }
}
