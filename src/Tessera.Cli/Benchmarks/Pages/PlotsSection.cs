using Tessera.Cli.Benchmarks.Results;

namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>The plots.</summary>
internal static class PlotsSection
{
    public static void Write(Markup page, BenchReport report, Families families)
    {
        using (page.Element("section", ("aria-labelledby", "plots")))
        {
            page.Leaf("h2", "Size against speed", ("id", "plots"));
            page.Leaf(
                "p",
                "Downwards is smaller, to the right is faster. No codec reaches into the shaded corner below the front. Only codecs that gave back every picture are shown; a line joins the efforts of one codec.",
                ("class", "lead"));
            using (page.Element("div", ("class", "pair")))
            {
                Figure(page, "Encoding", () => RatePlot.Write(page, report, families, "encode", t => t.Encode));
                Figure(page, "Decoding", () => RatePlot.Write(page, report, families, "decode", t => t.Decode));
            }
        }

        IReadOnlyList<Duel> duels = Duel.Of(report);
        if (duels.Count == 0)
            return;
        using (page.Element("section", ("aria-labelledby", "duels")))
        {
            page.Leaf("h2", "Picture by picture", ("id", "duels"));
            using (page.Element("div", ("class", "pair")))
            {
                Figure(page, $"{report.Reference.Label} against the best of the others, whichever that is", () => ScatterPlot.Write(page, report.Reference.Label, duels));
                WriteSpread(page, duels);
            }
        }
    }

    private static void Figure(Markup page, string caption, Action draw)
    {
        using (page.Element("figure"))
        {
            page.Leaf("figcaption", caption);
            draw();
        }
    }

    /// <summary>How much smaller the pictures are: the least, the middle and the most.</summary>
    private static void WriteSpread(Markup page, IReadOnlyList<Duel> duels)
    {
        Duel[] ordered = [.. duels.OrderBy(d => d.Change)];
        using (page.Element("div", ("class", "spread")))
        {
            page.Leaf("p", "Each mark is a picture. Below the line \u201cequal\u201d, Tessera\u2019s file is the smaller one; the other lines say by how much.");
            using (page.Element("dl"))
            {
                Entry(page, "Gains most", ordered[0]);
                Entry(page, "Median", ordered[(ordered.Length - 1) / 2]);
                Entry(page, "Gains least", ordered[^1]);
            }

            using (page.Element("dl", ("class", "rivals")))
            {
                foreach (var group in duels.GroupBy(d => d.Rival).OrderByDescending(g => g.Count()))
                {
                    page.Leaf("dt", $"{group.Key} is the best of the others");
                    page.Leaf("dd", $"{group.Count()} of {duels.Count}");
                }
            }
        }
    }

    private static void Entry(Markup page, string term, Duel duel)
    {
        page.Leaf("dt", term);
        using (page.Element("dd"))
        {
            page.Leaf("span", FigureText.Change(duel.Change), ("class", "value"));
            page.Text(" ");
            page.Leaf("span", $"{duel.Picture}, {FigureText.Rate(duel.Rate)} against {FigureText.Rate(duel.RivalRate)} of {duel.Rival}", ("class", "unit"));
        }
    }
}
