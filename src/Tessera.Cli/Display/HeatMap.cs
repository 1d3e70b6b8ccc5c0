using Spectre.Console;
using Tessera.Cli.Maps;

namespace Tessera.Cli.Display;

/// <summary>
/// Where an image takes how many bits: bits per subpixel of every tile, drawn with one cell for a tile, or for several where there
/// are more tiles than room. Tiles of one segment are coded together, and share its bits evenly.
/// </summary>
internal sealed class HeatMap
{
    private const int MaxRows = 24;
    private const int MaxColumns = 64;
    private const int CellWidth = 2;
    private const string Indent = "  ";

    /// <summary>What stands for a level without colours, from few bits to many.</summary>
    private const string Ramp = ".:-=+*#%@";

    private readonly double[,] _cells;

    private HeatMap(double[,] cells, double lowest, double highest)
    {
        _cells = cells;
        Lowest = lowest;
        Highest = highest;
    }

    /// <summary>The bits per subpixel of the tile that takes the fewest.</summary>
    public double Lowest { get; }

    /// <summary>The bits per subpixel of the tile that takes the most.</summary>
    public double Highest { get; }

    /// <summary>Measures the tiles of the first frame.</summary>
    /// <param name="report">The file.</param>
    /// <param name="width">Characters in a line of the console.</param>
    public static HeatMap Measure(FileReport report, int width)
    {
        var statistics = TileStatistics.Measure(report);
        TileGrid grid = statistics.Grid;
        int columns = Math.Clamp((width - Indent.Length - 1) / CellWidth, 1, MaxColumns);
        int scale = Math.Max(Ceiling(grid.Rows, MaxRows), Ceiling(grid.Columns, columns));
        double[,] cells = new double[Ceiling(grid.Rows, scale), Ceiling(grid.Columns, scale)];
        for (int row = 0; row < cells.GetLength(0); row++)
        {
            for (int column = 0; column < cells.GetLength(1); column++)
                cells[row, column] = Mean(statistics.Bits, grid, row * scale, column * scale, scale);
        }

        return new(cells, statistics.Lowest, statistics.Highest);
    }

    /// <summary>Draws it, in colours where the console has them.</summary>
    public void Write(IAnsiConsole console)
    {
        for (int row = 0; row < _cells.GetLength(0); row++)
        {
            console.Write(Indent);
            for (int column = 0; column < _cells.GetLength(1); column++)
                WriteCell(console, Level(_cells[row, column]));
            console.WriteLine();
        }
    }

    /// <summary>Draws every level once, from few bits to many.</summary>
    public static void WriteScale(IAnsiConsole console)
    {
        for (int level = 0; level < Ramp.Length; level++)
            WriteCell(console, level);
    }

    private static void WriteCell(IAnsiConsole console, int level)
    {
        if (console.Profile.Capabilities.ColorSystem == ColorSystem.NoColors)
            console.Write(new string(Ramp[level], CellWidth));
        else
            console.Write(new string(' ', CellWidth), new Style(background: HeatColors.All[level]));
    }

    private static int Ceiling(int a, int b) => (a + b - 1) / b;

    private static double Mean(ReadOnlySpan<double> tiles, TileGrid grid, int top, int left, int scale)
    {
        double sum = 0;
        int count = 0;
        for (int row = top; row < Math.Min(top + scale, grid.Rows); row++)
        {
            for (int column = left; column < Math.Min(left + scale, grid.Columns); column++, count++)
                sum += tiles[(row * grid.Columns) + column];
        }

        return sum / count;
    }

    private int Level(double value)
    {
        double range = Highest - Lowest;
        return range < 1e-9 ? 0 : Math.Clamp((int)((value - Lowest) / range * Ramp.Length), 0, Ramp.Length - 1);
    }
}
