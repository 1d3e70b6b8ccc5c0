using System.Globalization;
using Tessera.Cli.Display;

namespace Tessera.Cli.Maps;

/// <summary>What a map's colours mean, in lines below it.</summary>
internal sealed class MapLegend
{
    /// <summary>The narrowest that its longest item needs.</summary>
    public const int MinWidth = 600;

    // Lengths in units of one pixel of the font, which is larger below large pictures.
    private const int WidePicture = 1400;
    private const int Margin = 6;
    private const int Line = 14;
    private const int Swatch = BitmapFont.Height;
    private const int Gap = 4;
    private const int ItemGap = 12;
    private const int Bar = 64;

    private static readonly Rgb Ink = Rgb.Grey(235);

    private readonly List<Item> _items = [];
    private readonly int _unit;
    private readonly int _width;

    /// <param name="statistics">What the map shows.</param>
    /// <param name="models">The models of the file.</param>
    /// <param name="content">What the map's colours stand for.</param>
    /// <param name="width">The width there is, at least <see cref="MinWidth"/>.</param>
    public MapLegend(TileStatistics statistics, IReadOnlyList<ModelUsage> models, MapContent content, int width)
    {
        _width = width;
        _unit = width >= WidePicture ? 3 : 2;
        if (content.HasFlag(MapContent.Bits))
            AddScale(statistics);
        if (content.HasFlag(MapContent.Model))
        {
            for (int model = 0; model < models.Count; model++)
                AddModel(models[model].Model.Id, ModelColors.Of(model), statistics.Models.Count(model));
        }

        if (statistics.Models.Contains(TileStatistics.None))
            AddSwatch("lost", ModelColors.Lost);
        Arrange();
    }

    /// <summary>Rows that it needs.</summary>
    public int Height { get; private set; }

    /// <summary>Draws it.</summary>
    /// <param name="canvas">Where to.</param>
    /// <param name="top">Its top row.</param>
    public void Paint(RgbCanvas canvas, int top)
    {
        foreach (Item item in _items)
            item.Paint(canvas, item.X, top + item.Y);
    }

    private int TextWidth(string text) => BitmapFont.Default.Measure(text, _unit);

    private void Write(RgbCanvas canvas, int x, int y, string text) => BitmapFont.Default.Draw(canvas, x, y + _unit, text, _unit, Ink);

    private void AddScale(TileStatistics statistics)
    {
        string low = Number(statistics.Lowest), high = $"{Number(statistics.Highest)} bits per subpixel, by segment";
        int lowWidth = TextWidth(low) + (Gap * _unit), barWidth = Bar * _unit, highStart = lowWidth + barWidth + (Gap * _unit);
        _items.Add(new(highStart + TextWidth(high), (canvas, x, y) =>
        {
            Write(canvas, x, y, low);
            for (int i = 0; i < barWidth; i++)
                canvas.Fill(x + lowWidth + i, y, 1, Swatch * _unit, ColorScale.At((double)i / (barWidth - 1)));
            Write(canvas, x + highStart, y, high);
        }));

        static string Number(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
    }

    private void AddModel(string id, Rgb color, int tiles)
    {
        if (tiles > 0)
            AddSwatch(string.Create(CultureInfo.InvariantCulture, $"{id}: {tiles} {(tiles == 1 ? "tile" : "tiles")}"), color);
    }

    private void AddSwatch(string text, Rgb color) => _items.Add(new(((Swatch + Gap) * _unit) + TextWidth(text), (canvas, x, y) =>
    {
        canvas.Fill(x, y, Swatch * _unit, Swatch * _unit, color);
        Write(canvas, x + ((Swatch + Gap) * _unit), y, text);
    }));

    /// <summary>Puts as many items into a line as fit.</summary>
    private void Arrange()
    {
        int margin = Margin * _unit, x = margin, y = margin;
        foreach (Item item in _items)
        {
            if (x > margin && x + item.Width > _width - margin)
                (x, y) = (margin, y + (Line * _unit));
            (item.X, item.Y) = (x, y);
            x += item.Width + (ItemGap * _unit);
        }

        Height = y + (Swatch * _unit) + margin;
    }

    private sealed class Item(int width, Action<RgbCanvas, int, int> paint)
    {
        public int Width => width;

        public int X { get; set; }

        public int Y { get; set; }

        public void Paint(RgbCanvas canvas, int x, int y) => paint(canvas, x, y);
    }
}
