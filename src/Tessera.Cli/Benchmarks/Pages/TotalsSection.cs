using System.Globalization;
using Tessera.Cli.Benchmarks.Results;

namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>The table of all codecs.</summary>
internal static class TotalsSection
{
    public static void Write(Markup page, BenchReport report, Families families)
    {
        using (page.Element("section", ("aria-labelledby", "totals")))
        {
            page.Leaf("h2", "All pictures together", ("id", "totals"));
            page.Leaf("p", Lead(report), ("class", "lead"));
            using (page.Element("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-labelledby", "totals")))
            using (page.Element("table", ("class", "totals")))
            {
                page.Leaf("caption", "All codecs on all pictures", ("class", "hidden"));
                WriteHead(page);
                double widest = report.Totals.Max(t => t.BitsPerSubpixel) ?? 1;
                double? reference = report.TotalsOf(report.Reference).BitsPerSubpixel;
                using (page.Element("tbody"))
                {
                    foreach (CodecTotals totals in report.Totals)
                        WriteRow(page, report, families, totals, widest, reference);
                }
            }

            WriteNotes(page, report);
        }
    }

    private static string Lead(BenchReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"{FigureText.Plural(report.Pictures.Length, "picture")}, {report.Pictures.Sum(p => p.Pixels) / 1e6:F1} megapixels; smallest first. MP/s: megapixels per second by the clock, with the start of the program. CPU: processor seconds for a megapixel. MB: peak memory. Start: seconds for a picture of {CodecSurvey.StartSide} \u00d7 {CodecSurvey.StartSide}.");

    private static void WriteHead(Markup page)
    {
        using (page.Element("thead"))
        {
            using (page.Element("tr"))
            {
                foreach (string title in (string[])["Codec", "Bits per subpixel", "Bytes", "To Tessera", "Smallest", "Lossless"])
                    page.Leaf("th", title, ("scope", "col"), ("rowspan", "2"));
                foreach (string title in (string[])["Encode", "Decode"])
                    page.Leaf("th", title, ("scope", "colgroup"), ("colspan", "4"), ("class", "group"));
            }

            using (page.Element("tr"))
            {
                for (int i = 0; i < 2; i++)
                {
                    foreach ((string title, int index) in ((string[])["MP/s", "CPU", "MB", "Start"]).Select((t, n) => (t, n)))
                        page.Leaf("th", title, ("scope", "col"), ("class", index == 0 ? "first" : null));
                }
            }
        }
    }

    private static void WriteRow(Markup page, BenchReport report, Families families, CodecTotals totals, double widest, double? reference)
    {
        CodecReport codec = report.Codec(totals.Codec);
        string style = (codec.IsTessera ? "own" : "") + (codec == report.Reference ? " reference" : "");
        using (page.Element("tr", ("class", style.Length == 0 ? null : style)))
        {
            using (page.Element("th", ("scope", "row")))
            {
                using (page.Element("svg", ("viewBox", "-8 -8 16 16"), ("class", "key"), ("aria-hidden", "true")))
                    families.Mark(page, codec, 0, 0);
                page.Text(codec.Label);
            }

            using (page.Element("td", ("class", "bar")))
            {
                if (totals.BitsPerSubpixel is { } rate)
                    page.Leaf("span", null, ("class", "length " + families.ClassOf(codec)), ("style", $"width:{Markup.Number(62 * rate / widest)}%"));
                page.Leaf("span", FigureText.Rate(totals.BitsPerSubpixel), ("class", "figure"));
            }

            page.Leaf("td", totals.Lossless == 0 ? FigureText.None : FigureText.Count(totals.Bytes));
            page.Leaf("td", codec != report.Reference && totals.IsComplete && reference > 0 ? FigureText.Change((totals.BitsPerSubpixel!.Value / reference.Value) - 1) : FigureText.None);
            page.Leaf("td", FigureText.Count(totals.Smallest));
            using (page.Element("td"))
                WriteLossless(page, totals, report.Pictures.Length);
            WriteCost(page, totals.Encode, codec.EncodeStartSeconds);
            WriteCost(page, totals.Decode, codec.DecodeStartSeconds);
        }
    }

    private static void WriteLossless(Markup page, CodecTotals totals, int pictures)
    {
        page.Leaf("span", $"{totals.Lossless}/{pictures}", ("class", totals.IsComplete ? "good" : null));
        foreach ((int count, string what) in ((int, string)[])[(totals.Lossy, "not lossless"), (totals.Failed, "failed"), (totals.Unsupported, "not taken")])
        {
            if (count > 0)
                page.Leaf("span", $"{count} {what}", ("class", "bad"));
        }
    }

    private static void WriteCost(Markup page, Cost? cost, double? start)
    {
        page.Leaf("td", FigureText.Short(cost?.MegapixelsPerSecond), ("class", "first"));
        page.Leaf("td", FigureText.Short(cost?.ProcessorSeconds / (cost?.WallSeconds * cost?.MegapixelsPerSecond)));
        page.Leaf("td", FigureText.Megabytes(cost?.PeakBytes));
        page.Leaf("td", cost is null ? FigureText.None : FigureText.Short(start));
    }

    private static void WriteNotes(Markup page, BenchReport report)
    {
        using (page.Element("ul", ("class", "notes")))
        {
            if (report.Totals.Any(t => !t.IsComplete))
                page.Leaf("li", "A codec that did not give back every picture stands below the others: its figures are of the pictures that it did give back.");
            if (report.Measured.Any(c => c.DecodeCommand is null))
                page.Leaf("li", "PNG optimizers bring no decoder of their own, so that their decoding is checked and not timed.");
            foreach (CodecReport codec in report.Codecs.Where(c => c.State == CodecState.Absent))
                page.Leaf("li", $"{codec.Label} was not measured: {codec.Missing} is not on the PATH.");
            foreach (CodecReport codec in report.Codecs.Where(c => c.State == CodecState.LeftOut))
                page.Leaf("li", $"{codec.Label} was left out; --codec {codec.Name} asks for it.");
            foreach ((PictureReport picture, Measurement result) in report.Pictures
                .SelectMany(p => p.Results.Select(r => (p, r))).Where(x => x.r.Outcome is Outcome.Lossy or Outcome.Failed))
                page.Leaf("li", $"{report.Codec(result.Codec).Label} {(result.Outcome == Outcome.Lossy ? "was not lossless" : "failed")} on {picture.Name}: {result.Message}", ("class", "bad"));
        }
    }
}
