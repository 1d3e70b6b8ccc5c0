namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>The frame of a drawing: its axes, lines and titles.</summary>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
internal sealed record Plot(double Width, double Height)
{
    /// <summary>The height of a line of text.</summary>
    public const double LineHeight = 16;

    /// <summary>The mean of a text, at the largest size that the style sheet has for one.</summary>
    private const double CharacterWidth = 7.4;

    /// <summary>Where points are.</summary>
    public Box Inside => new(44, 30, Width - 44 - 14, Height - 30 - 48);

    /// <summary>How wide a text is at most, about.</summary>
    public static double WidthOf(string text) => (text.Length * CharacterWidth) + 2;

    /// <summary>Draws the frame and then what is in it.</summary>
    /// <param name="page">Where.</param>
    /// <param name="title">What it shows, in a few words.</param>
    /// <param name="description">What it shows, for those who do not see it.</param>
    /// <param name="x">The axis from left to right.</param>
    /// <param name="y">The axis from bottom to top.</param>
    /// <param name="xTitle">What <paramref name="x"/> is.</param>
    /// <param name="yTitle">What <paramref name="y"/> is.</param>
    /// <param name="content">Draws the rest.</param>
    public void Write(Markup page, string title, string description, Axis x, Axis y, string xTitle, string yTitle, Action content)
    {
        using (page.Element("svg", ("viewBox", $"0 0 {Markup.Number(Width)} {Markup.Number(Height)}"), ("role", "img")))
        {
            page.Leaf("title", title);
            page.Leaf("desc", description);
            foreach (Tick tick in x.Ticks)
            {
                double at = x.At(tick.Value);
                Line(page, tick.Label is null ? "grid minor" : "grid", at, Inside.Top, at, Inside.Bottom);
                if (tick.Label is not null)
                    Text(page, "tick middle", at, Inside.Bottom + 18, tick.Label);
            }

            foreach (Tick tick in y.Ticks)
            {
                double at = y.At(tick.Value);
                Line(page, "grid", Inside.Left, at, Inside.Right, at);
                Text(page, "tick end", Inside.Left - 7, at + 4.5, tick.Label!);
            }

            Line(page, "axis", Inside.Left, Inside.Bottom, Inside.Right, Inside.Bottom);
            Line(page, "axis", Inside.Left, Inside.Top, Inside.Left, Inside.Bottom);
            Text(page, "axis-title end", Inside.Right, Inside.Bottom + 38, xTitle);
            Text(page, "axis-title", 0, 14, yTitle);
            content();
        }
    }

    /// <summary>Draws a line.</summary>
    public static void Line(Markup page, string style, double x1, double y1, double x2, double y2) => page.Leaf(
        "line", null, ("class", style), ("x1", Markup.Number(x1)), ("y1", Markup.Number(y1)), ("x2", Markup.Number(x2)), ("y2", Markup.Number(y2)));

    /// <summary>Draws a text at its base line.</summary>
    public static void Text(Markup page, string style, double x, double y, string text) =>
        page.Leaf("text", text, ("class", style), ("x", Markup.Number(x)), ("y", Markup.Number(y)));

    /// <summary>Draws a text where there was room for it, and a line to its point if that is far away.</summary>
    public static void Label(Markup page, string style, Box box, double x, double y, string text)
    {
        double nearX = Math.Clamp(x, box.Left, box.Right), nearY = Math.Clamp(y, box.Top, box.Bottom);
        if (Math.Max(Math.Abs(nearX - x), Math.Abs(nearY - y)) > LineHeight)
            Line(page, "leader", x, y, nearX, nearY);
        (string anchor, double at) = box.Left > x ? ("start", box.Left) : box.Right < x ? ("end", box.Right) : ("middle", box.Left + (box.Width / 2));
        Text(page, $"label {anchor} {style}", at, box.Bottom - 4, text);
    }
}
