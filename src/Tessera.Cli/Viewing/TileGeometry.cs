using Tessera.Cli.Imaging;

namespace Tessera.Cli.Viewing;

/// <summary>
/// How a viewer cuts an image. Level 0 is the image, each further level has half as many pixels a side, rounded up, and the last one fits
/// one tile. Each level is cut into squares of <see cref="TileSize"/> pixels, smaller at the right and lower edge.
/// </summary>
/// <param name="width">The image's width.</param>
/// <param name="height">The image's height.</param>
internal sealed class TileGeometry(int width, int height)
{
    /// <summary>The side of a tile in pixels of its level.</summary>
    public const int TileSize = 512;

    /// <summary>The number of levels, at least 1.</summary>
    public int Levels { get; } = Count(Math.Max(width, height));

    /// <summary>Pixels in a row of a level.</summary>
    public int Width(int level) => BoxRow.Scaled(width, 1 << level);

    /// <summary>Rows of a level.</summary>
    public int Height(int level) => BoxRow.Scaled(height, 1 << level);

    /// <summary>The pixels of a tile in its level; null if there is no such tile.</summary>
    public PixelRectangle? Tile(int level, int x, int y)
    {
        if (level < 0 || level >= Levels || x < 0 || y < 0)
            return null;
        long left = (long)x * TileSize, top = (long)y * TileSize;
        int levelWidth = Width(level), levelHeight = Height(level);
        return left < levelWidth && top < levelHeight
            ? new((int)left, (int)top, (int)Math.Min(TileSize, levelWidth - left), (int)Math.Min(TileSize, levelHeight - top))
            : null;
    }

    /// <summary>The pixels of the image that a rectangle of a level is made of.</summary>
    public PixelRectangle ToImage(int level, PixelRectangle area)
    {
        int x = area.X << level, y = area.Y << level;
        return new(x, y, (int)Math.Min((long)area.Width << level, width - x), (int)Math.Min((long)area.Height << level, height - y));
    }

    private static int Count(int side)
    {
        int levels = 1;
        while (BoxRow.Scaled(side, 1 << (levels - 1)) > TileSize)
            levels++;
        return levels;
    }
}
