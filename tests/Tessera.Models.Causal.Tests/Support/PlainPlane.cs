namespace Tessera.Models.Causal.Tests.Support;

/// <summary>A channel of a tile by row and column, and the rule for what is beyond it.</summary>
/// <param name="height">Rows.</param>
/// <param name="width">Columns.</param>
/// <param name="above">What is above the tile.</param>
internal sealed class PlainPlane(int height, int width, int above)
{
    private readonly int[,] _elements = new int[height, width];

    /// <summary>Above a constant; left of a row the first pixel of the row above it; right of a row its own last pixel.</summary>
    public int this[int y, int x]
    {
        get => y < 0 ? above : x < 0 ? this[y - 1, 0] : x < width ? _elements[y, x] : _elements[y, width - 1];
        set => _elements[y, x] = value;
    }

    /// <summary>Three channels of a tile: YCoCg-R of its samples.</summary>
    public static PlainPlane[] Of(PlanarBuffer image)
    {
        PlainPlane[] planes = Blank(image.Height, image.Width);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                int red = image.Row(0, y)[x], green = image.Row(1, y)[x], blue = image.Row(2, y)[x];
                int orange = red - blue, between = blue + (int)Math.Floor(orange / 2.0), rest = green - between;
                (planes[0][y, x], planes[1][y, x], planes[2][y, x]) = (between + (int)Math.Floor(rest / 2.0), orange, rest);
            }
        }

        return planes;
    }

    /// <summary>The three channels of an empty tile.</summary>
    public static PlainPlane[] Blank(int height, int width) => [new(height, width, 128), new(height, width, 0), new(height, width, 0)];
}
