namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>A codec in a plot.</summary>
/// <param name="Codec">Its name.</param>
/// <param name="Speed">Megapixels per second.</param>
/// <param name="Rate">Bits per subpixel.</param>
internal readonly record struct RatePoint(string Codec, double Speed, double Rate);

/// <summary>The codecs of which no other is as fast and makes files as small, unless it equals them in both.</summary>
internal static class ParetoFront
{
    /// <summary>Finds them, from the slowest and smallest to the fastest.</summary>
    public static IReadOnlyList<RatePoint> Of(IEnumerable<RatePoint> points)
    {
        var front = new List<RatePoint>();
        foreach (RatePoint point in points.OrderByDescending(p => p.Speed).ThenBy(p => p.Rate))
        {
            if (front.Count == 0 || point.Rate < front[^1].Rate)
                front.Add(point);
        }

        front.Reverse();
        return front;
    }
}
