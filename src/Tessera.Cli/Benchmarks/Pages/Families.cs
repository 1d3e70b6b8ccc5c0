using System.Collections.Immutable;
using Tessera.Cli.Benchmarks.Results;

namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>Gives each family of codecs a color and a mark of its own.</summary>
/// <param name="report">The report.</param>
internal sealed class Families(BenchReport report)
{
    /// <summary>Colors that the style sheet has for rivals; they come again after that.</summary>
    private const int RivalColors = 6;

    private const int RivalShapes = 4;

    private readonly ImmutableArray<string> _rivals = [.. report.Codecs.Where(c => !c.IsTessera).Select(c => c.Family).Distinct()];

    /// <summary>The class of what belongs to a codec, which the style sheet colors.</summary>
    public string ClassOf(CodecReport codec) => codec.IsTessera ? "tessera" : $"rival{_rivals.IndexOf(codec.Family) % RivalColors}";

    /// <summary>Draws a codec's mark.</summary>
    public void Mark(Markup page, CodecReport codec, double x, double y)
    {
        int? shape = codec.IsTessera ? null : _rivals.IndexOf(codec.Family) % RivalShapes;
        string[] attributes = [Markup.Number(x), Markup.Number(y)];
        string style = "mark " + ClassOf(codec);
        switch (shape)
        {
            case null:
                page.Leaf("circle", null, ("class", style), ("cx", attributes[0]), ("cy", attributes[1]), ("r", "5.5"));
                break;
            case 0:
                page.Leaf("rect", null, ("class", style), ("x", Markup.Number(x - 4.5)), ("y", Markup.Number(y - 4.5)), ("width", "9"), ("height", "9"));
                break;
            case 1:
                Polygon(page, style, x, y, [(0, -6), (5.6, 4), (-5.6, 4)]);
                break;
            case 2:
                Polygon(page, style, x, y, [(0, -6.2), (6.2, 0), (0, 6.2), (-6.2, 0)]);
                break;
            default:
                Polygon(page, style, x, y, [(0, 6), (5.6, -4), (-5.6, -4)]);
                break;
        }
    }

    private static void Polygon(Markup page, string style, double x, double y, ReadOnlySpan<(double X, double Y)> corners)
    {
        var points = new List<string>();
        foreach ((double dx, double dy) in corners)
            points.Add($"{Markup.Number(x + dx)},{Markup.Number(y + dy)}");
        page.Leaf("polygon", null, ("class", style), ("points", string.Join(' ', points)));
    }
}
