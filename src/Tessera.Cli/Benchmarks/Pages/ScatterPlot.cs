using Tessera.Cli.Benchmarks.Results;

namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>A picture in Tessera and in the best of the others.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Rival">The rival's label.</param>
/// <param name="RivalRate">Bits per subpixel of the rival.</param>
/// <param name="Rate">Bits per subpixel of Tessera.</param>
internal sealed record Duel(string Picture, string Rival, double RivalRate, double Rate)
{
    /// <summary>How much smaller, or larger, Tessera's file is, as a part of the rival's.</summary>
    public double Change => (Rate / RivalRate) - 1;

    /// <summary>All pictures that both coded without loss.</summary>
    public static IReadOnlyList<Duel> Of(BenchReport report) =>
    [
        .. from picture in report.Pictures
           let rate = picture.RateOf(report.Reference.Name)
           let rival = report.BestRival(picture)
           where rate is not null && rival is not null
           select new Duel(picture.Name, report.Codec(rival.Codec).Label, rival.BitsPerSubpixel!.Value, rate.Value),
    ];
}

/// <summary>Draws Tessera's files against those of the best rival, picture by picture.</summary>
internal static class ScatterPlot
{
    private const double MarkRadius = 5;

    private static readonly Plot Frame = new(480, 460);
    private static readonly double[] Guides = [-0.4, -0.3, -0.2, -0.1, 0, 0.1];

    /// <summary>Draws them.</summary>
    /// <param name="page">Where.</param>
    /// <param name="label">Tessera's label.</param>
    /// <param name="duels">The pictures; at least one.</param>
    public static void Write(Markup page, string label, IReadOnlyList<Duel> duels)
    {
        Box inside = Frame.Inside;
        double[] values = [.. duels.SelectMany(d => (double[])[d.Rate, d.RivalRate])];
        var x = Axis.Linear(values, inside.Left, inside.Right);
        var y = Axis.Linear(values, inside.Bottom, inside.Top);
        string description = string.Join("; ", duels.Select(d => $"{d.Picture}: {Describe(d)}"));
        Frame.Write(
            page, $"Each picture: {label} against the best of the others", description, x, y,
            "bits per subpixel, best of the others", $"bits per subpixel, {label}",
            () =>
            {
                List<Box> obstacles = [];
                foreach (double guide in Guides)
                    obstacles.AddRange(WriteGuide(page, inside, x, y, guide));
                foreach (Duel duel in duels)
                {
                    using (page.Element("g"))
                    {
                        page.Leaf("title", $"{duel.Picture}: {Describe(duel)}");
                        page.Leaf("circle", null, ("class", "mark tessera"), ("cx", Markup.Number(x.At(duel.RivalRate))), ("cy", Markup.Number(y.At(duel.Rate))), ("r", "5"));
                    }
                }

                WriteLabels(page, inside, x, y, duels, obstacles);
            });
    }

    private static string Describe(Duel duel) =>
        $"{FigureText.Rate(duel.Rate)} against {FigureText.Rate(duel.RivalRate)} of {duel.Rival}, {FigureText.Change(duel.Change)}";

    /// <summary>A line on which all files are by the same part smaller than the rival's; its name stands at its end.</summary>
    private static IEnumerable<Box> WriteGuide(Markup page, Box inside, Axis x, Axis y, double change)
    {
        // Both axes have the same values, so that a line through the origin is one through places, too.
        double low = x.Ticks[0].Value, high = x.Ticks[^1].Value;
        double slope = (y.At(high * (1 + change)) - y.At(low * (1 + change))) / (x.At(high) - x.At(low));
        double AtX(double place) => y.At(low * (1 + change)) + ((place - x.At(low)) * slope);
        double XAt(double place) => x.At(low) + ((place - y.At(low * (1 + change))) / slope);
        double left = Math.Max(inside.Left, XAt(inside.Bottom)), right = Math.Min(inside.Right, XAt(inside.Top));
        if (right - left < 40)
            yield break;
        Plot.Line(page, change == 0 ? "equal" : "guide", left, AtX(left), right, AtX(right));
        string text = change == 0 ? "equal" : FigureText.Change(change).Replace(".0", "", StringComparison.Ordinal);
        bool endsAtTop = AtX(right) < inside.Top + Plot.LineHeight;
        var box = new Box(
            right - Plot.WidthOf(text) - (endsAtTop ? 14 : 4), endsAtTop ? inside.Top + 2 : AtX(right) - Plot.LineHeight - 4 + (slope < -0.3 ? 0 : 2), Plot.WidthOf(text), Plot.LineHeight);
        Plot.Text(page, "guide-label end", box.Right, box.Bottom - 4, text);
        yield return box;
    }

    /// <summary>Names the pictures that gain the least and the most.</summary>
    private static void WriteLabels(Markup page, Box inside, Axis x, Axis y, IReadOnlyList<Duel> duels, IReadOnlyList<Box> obstacles)
    {
        Duel[] named = [.. new[] { duels.MinBy(d => d.Change)!, duels.MaxBy(d => d.Change)! }.Distinct()];
        LabelRequest[] requests = [.. named.Select(d => new LabelRequest(x.At(d.RivalRate), y.At(d.Rate), Plot.WidthOf(Name(d))))];
        IEnumerable<Box> marks = duels.Select(d => Box.Around(x.At(d.RivalRate), y.At(d.Rate), MarkRadius));
        IReadOnlyList<Box?> places = new LabelPlacement(inside, Plot.LineHeight, MarkRadius + 1).Place(requests, [.. obstacles, .. marks.Except(requests.Select(r => Box.Around(r.X, r.Y, MarkRadius)))]);
        for (int i = 0; i < named.Length; i++)
        {
            if (places[i] is { } box)
                Plot.Label(page, "", box, requests[i].X, requests[i].Y, Name(named[i]));
        }
    }

    private static string Name(Duel duel)
    {
        string name = Path.GetFileNameWithoutExtension(duel.Picture);
        return $"{(name.Length > 20 ? name[..20] + "\u2026" : name)} {FigureText.Change(duel.Change)}";
    }
}
