namespace Tessera.Models.Causal;

/// <summary>
/// The order in which a tile's pixels are coded: step t has the pixels (y, t - 3 y) of all rows y. Each depends on pixels of earlier steps
/// alone, so that all pixels of a step are computed at once.
/// </summary>
internal static class Wave
{
    /// <summary>Columns by which a row is behind the row above it.</summary>
    public const int Slant = 3;

    /// <summary>How many steps a tile takes.</summary>
    public static int Steps(int height, int width) => width + (Slant * (height - 1));

    /// <summary>The rows that have a pixel in a step.</summary>
    /// <returns>The first, and the one after the last.</returns>
    public static (int First, int End) Rows(int step, int height, int width)
    {
        int first = step < width ? 0 : ((step - width) / Slant) + 1;
        return (first, Math.Min(height, (step / Slant) + 1));
    }
}
