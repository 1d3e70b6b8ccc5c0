using Tessera.Cli.Benchmarks.Results;

namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>Draws how small files become against how long that takes.</summary>
internal sealed class RatePlot
{
    private const double MarkRadius = 7;
    private const string FrontLabel = "Pareto front";

    private static readonly Plot Frame = new(480, 400);

    private readonly BenchReport _report;
    private readonly Families _families;
    private readonly string _work;
    private readonly IReadOnlyList<RatePoint> _points;
    private readonly IReadOnlyList<RatePoint> _front;

    private RatePlot(BenchReport report, Families families, string work, IReadOnlyList<RatePoint> points)
    {
        _report = report;
        _families = families;
        _work = work;
        _points = points;
        _front = ParetoFront.Of(points);
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
        var path = new List<string> { $"M{Markup.Number(x.Start)} {Markup.Number(y.At(_front[0].Rate))}" };
        foreach ((double placeX, _, double nextY) in Steps(x, y))
            path.Add($"H{Markup.Number(placeX)} V{Markup.Number(nextY)}");

        page.Leaf("path", null, ("class", "front-area"), ("d", $"{string.Join(' ', path)} H{Markup.Number(x.End)} V{Markup.Number(y.Start)} H{Markup.Number(x.Start)} Z"));
        page.Leaf("path", null, ("class", "front"), ("d", string.Join(' ', path)));
    }

    /// <summary>The corners of the line: each codec on it, and how far the line rises from there.</summary>
    private IEnumerable<(double X, double Y, double NextY)> Steps(Axis x, Axis y) =>
        _front.Select((p, i) => (x.At(p.Speed), y.At(p.Rate), i + 1 < _front.Count ? y.At(_front[i + 1].Rate) : y.End));

    /// <summary>The pieces of the line as rectangles, which no text is to cover.</summary>
    private IEnumerable<Box> FrontBoxes(Axis x, Axis y)
    {
        double left = x.Start;
        foreach ((double placeX, double placeY, double nextY) in Steps(x, y))
        {
            yield return new(left, placeY - 1, placeX - left, 2);
            yield return new(placeX - 1, nextY, 2, placeY - nextY);
            left = placeX;
        }
    }

    /// <summary>A thin line through the settings of each codec.</summary>
    private void WriteFamilies(Markup page, Axis x, Axis y)
    {
        foreach (IReadOnlyList<RatePoint> family in Lines())
        {
            IEnumerable<string> corners = family.Select(p => $"{Markup.Number(x.At(p.Speed))},{Markup.Number(y.At(p.Rate))}");
            page.Leaf("polyline", null, ("class", "family " + _families.ClassOf(_report.Codec(family[0].Codec))), ("points", string.Join(' ', corners)));
        }
    }

    /// <summary>The settings of each codec that has several, in the order of their efforts.</summary>
    private IEnumerable<IReadOnlyList<RatePoint>> Lines() =>
        from point in _points
        orderby point.Codec
        group point by _report.Codec(point.Codec).Family into family
        where family.Count() > 1
        select family.ToList();

    /// <summary>Places on these lines, close to each other, as rectangles.</summary>
    private IEnumerable<Box> LineBoxes(Axis x, Axis y)
    {
        const int Pieces = 40;
        return
            from line in Lines()
            from pair in line.Zip(line.Skip(1))
            from i in Enumerable.Range(0, Pieces + 1)
            let part = (double)i / Pieces
            let fromX = x.At(pair.First.Speed)
            let fromY = y.At(pair.First.Rate)
            select Box.Around(fromX + (part * (x.At(pair.Second.Speed) - fromX)), fromY + (part * (y.At(pair.Second.Rate) - fromY)), 1);
    }

    private void WriteLabels(Markup page, Axis x, Axis y)
    {
        List<LabelRequest> requests = [.. _points.Select(p => new LabelRequest(x.At(p.Speed), y.At(p.Rate), Plot.WidthOf(_report.Codec(p.Codec).Label)))];

        // The line's own name stands at its upper end, where files are large.
        requests.Add(new(x.At(_front[^1].Speed), y.End + Plot.LineHeight, Plot.WidthOf(FrontLabel)));
        IReadOnlyList<Box?> places = new LabelPlacement(Frame.Inside, Plot.LineHeight, MarkRadius).Place(requests, FrontBoxes(x, y).Concat(LineBoxes(x, y)));
        for (int i = 0; i < _points.Count; i++)
        {
            CodecReport codec = _report.Codec(_points[i].Codec);
            if (places[i] is { } box)
                Plot.Label(page, _families.ClassOf(codec), box, requests[i].X, requests[i].Y, codec.Label);
        }

        if (places[^1] is { } front)
            Plot.Label(page, "front-label", front, requests[^1].X, front.Top + (front.Height / 2), FrontLabel);
    }
}
