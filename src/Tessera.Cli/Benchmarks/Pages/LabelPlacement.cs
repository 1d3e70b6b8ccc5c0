namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>A rectangle in a drawing.</summary>
internal readonly record struct Box(double Left, double Top, double Width, double Height)
{
    public double Right => Left + Width;

    public double Bottom => Top + Height;

    public bool Overlaps(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;

    public bool Contains(Box other) => other.Left >= Left && other.Right <= Right && other.Top >= Top && other.Bottom <= Bottom;

    public static Box Around(double x, double y, double radius) => new(x - radius, y - radius, 2 * radius, 2 * radius);
}

/// <summary>A text that belongs to a point.</summary>
/// <param name="X">The point's place.</param>
/// <param name="Y">The point's place.</param>
/// <param name="Width">The text's width.</param>
internal readonly record struct LabelRequest(double X, double Y, double Width);

/// <summary>
/// Finds places for texts beside their points, so that none covers another one or a point: those nearest to the point are tried first, to
/// its right, left, above and below, then ever farther rings.
/// </summary>
/// <param name="frame">Where texts may be.</param>
/// <param name="lineHeight">The height of a text.</param>
/// <param name="markRadius">The radius of a point's mark.</param>
internal sealed class LabelPlacement(Box frame, double lineHeight, double markRadius)
{
    private const int Rings = 40;
    private const double Gap = 3;

    /// <summary>Places texts.</summary>
    /// <param name="requests">The texts.</param>
    /// <param name="obstacles">What else they must not cover.</param>
    /// <returns>A rectangle for each text; null for one that there is no room for.</returns>
    public IReadOnlyList<Box?> Place(IReadOnlyList<LabelRequest> requests, IEnumerable<Box> obstacles)
    {
        List<Box> taken = [.. obstacles, .. requests.Select(r => Box.Around(r.X, r.Y, markRadius))];
        var places = new List<Box?>();
        foreach (LabelRequest request in requests)
        {
            Box? place = Candidates(request).Where(c => frame.Contains(c) && !taken.Exists(c.Overlaps)).Select(c => (Box?)c).FirstOrDefault();
            places.Add(place);
            if (place is { } box)
                taken.Add(box);
        }

        return places;
    }

    private IEnumerable<Box> Candidates(LabelRequest r)
    {
        for (int ring = 0; ring < Rings; ring++)
        {
            double away = markRadius + Gap + (ring * lineHeight / 2), shift = ring * lineHeight / 2;
            double right = r.X + away, left = r.X - away - r.Width, middle = r.X - (r.Width / 2);
            double above = r.Y - away - lineHeight, below = r.Y + away, beside = r.Y - (lineHeight / 2);
            yield return At(right, beside);
            yield return At(left, beside);
            yield return At(middle, above);
            yield return At(middle, below);
            yield return At(right, beside - shift - (lineHeight / 2));
            yield return At(right, beside + shift + (lineHeight / 2));
            yield return At(left, beside - shift - (lineHeight / 2));
            yield return At(left, beside + shift + (lineHeight / 2));
        }

        Box At(double x, double y) => new(x, y, r.Width, lineHeight);
    }
}
