using Tessera.Cli.Benchmarks.Results;

namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>Draws how small files become against how long that takes.</summary>
internal sealed class RatePlot
{
    private const double MarkRadius = 7;
    private const string FrontLabel = "Pareto front";

    private static readonly Plot Frame = new(540, 430);

    private readonly BenchReport _report;
    private readonly Families _families;
    private readonly string _work;
    private readonly IReadOnlyList<RatePoint> _points;

    private RatePlot(BenchReport report, Families families, string work, IReadOnlyList<RatePoint> points)
    {
        _report = report;
        _families = families;
        _work = work;
        _points = points;
    }

    /// <summary>Draws the codecs that coded all pictures without loss.</summary>
    /// <param name="page">Where.</param>
    /// <param name="report">The report.</param>
    /// <param name="families">Marks.</param>
    /// <param name="work">"encode" or "decode".</param>
    /// <param name="costOf">What that took.</param>
    public static void Write(Markup page, BenchReport report, Families families, string work, Func<CodecTotals, Cost?> costOf)
    {
        RatePoint[] points =
        [
            .. from totals in report.Totals
               let cost = costOf(totals)
               where totals.IsComplete && cost is not null
               select new RatePoint(totals.Codec, cost.MegapixelsPerSecond, totals.BitsPerSubpixel!.Value),
        ];
        if (points.Length > 0)
            new RatePlot(report, families, work, points).Write(page);
    }

    private void Write(Markup page)
    {
        Box inside = Frame.Inside;
        var x = Axis.Logarithmic([.. _points.Select(p => p.Speed)], inside.Left, inside.Right);
        var y = Axis.Linear([.. _points.Select(p => p.Rate)], inside.Bottom, inside.Top);
        string description = string.Join("; ", _points.Select(p => $"{_report.Codec(p.Codec).Label}: {Describe(p)}"));
        Frame.Write(
            page, $"Bits per subpixel against {_work} speed", description, x, y,
            $"{_work} speed, megapixels per second (faster \u2192)", "bits per subpixel (\u2193 smaller)",
            () =>
            {
                WriteFront(page, x, y);
                WriteFamilies(page, x, y);
                foreach (RatePoint point in _points)
                {
                    CodecReport codec = _report.Codec(point.Codec);
                    using (page.Element("g"))
                    {
                        page.Leaf("title", $"{codec.Label}: {Describe(point)}");
                        _families.Mark(page, codec, x.At(point.Speed), y.At(point.Rate));
                    }
                }

                WriteLabels(page, x, y);
            });
    }

    private static string Describe(RatePoint point) => $"{FigureText.Rate(point.Rate)} bits per subpixel, {FigureText.Short(point.Speed)} megapixels per second";

    /// <summary>The least that any codec takes that is at least so fast.</summary>
    private void WriteFront(Markup page, Axis x, Axis y)
    {
        IReadOnlyList<RatePoint> front = ParetoFront.Of(_points);
        var path = new List<string> { $"M{Markup.Number(x.Start)} {Markup.Number(y.At(front[0].Rate))}" };
        for (int i = 0; i < front.Count; i++)
        {
            path.Add($"H{Markup.Number(x.At(front[i].Speed))}");
            path.Add($"V{Markup.Number(i + 1 < front.Count ? y.At(front[i + 1].Rate) : y.End)}");
        }

        page.Leaf("path", null, ("class", "front-area"), ("d", $"{string.Join(' ', path)} H{Markup.Number(x.End)} V{Markup.Number(y.Start)} H{Markup.Number(x.Start)} Z"));
        page.Leaf("path", null, ("class", "front"), ("d", string.Join(' ', path)));
    }

    /// <summary>A thin line through the settings of each codec.</summary>
    private void WriteFamilies(Markup page, Axis x, Axis y)
    {
        foreach (var family in _points.GroupBy(p => _report.Codec(p.Codec).Family).Where(f => f.Count() > 1))
        {
            IEnumerable<string> corners = family.OrderBy(p => p.Codec, StringComparer.Ordinal).Select(p => $"{Markup.Number(x.At(p.Speed))},{Markup.Number(y.At(p.Rate))}");
            page.Leaf("polyline", null, ("class", "family " + _families.ClassOf(_report.Codec(family.First().Codec))), ("points", string.Join(' ', corners)));
        }
    }

    private void WriteLabels(Markup page, Axis x, Axis y)
    {
        // The line's own name stands at its upper right end, where files are large and nobody is as fast.
        RatePoint fastest = ParetoFront.Of(_points)[^1];
        double frontX = x.At(fastest.Speed), frontY = y.End;
        List<LabelRequest> requests = [.. _points.Select(p => new LabelRequest(x.At(p.Speed), y.At(p.Rate), Plot.WidthOf(_report.Codec(p.Codec).Label)))];
        requests.Add(new(frontX, frontY, Plot.WidthOf(FrontLabel)));
        IReadOnlyList<Box?> places = new LabelPlacement(Frame.Inside, Plot.LineHeight, MarkRadius).Place(requests, []);
        for (int i = 0; i < _points.Count; i++)
        {
            CodecReport codec = _report.Codec(_points[i].Codec);
            if (places[i] is { } box)
                Plot.Label(page, _families.ClassOf(codec), box, requests[i].X, requests[i].Y, codec.Label);
        }

        if (places[^1] is { } front)
            Plot.Text(page, "label front-label middle", front.Left + (front.Width / 2), front.Bottom - 4, FrontLabel);
    }
}
