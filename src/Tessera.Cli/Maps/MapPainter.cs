namespace Tessera.Cli.Maps;

/// <summary>
/// Draws an image in grey under what is known of its tiles. Frames are drawn around tiles of one segment and one model, since these share what is
/// known of them; the cuts between such tiles are faint.
/// </summary>
/// <param name="statistics">What is known of the tiles.</param>
/// <param name="picture">The image.</param>
/// <param name="content">What the colours stand for.</param>
internal sealed class MapPainter(TileStatistics statistics, GreyPicture picture, MapContent content)
{
    /// <summary>Images whose long side is smaller are enlarged as far as whole pixels allow.</summary>
    private const int SmallestSide = 512;

    // The tint prevails: the picture is there to tell the places.
    private const double Tint = 0.62;
    private const double FaintLine = 0.18;

    // Tiles of fewer pixels than these get frames of one pixel, or none.
    private const int WideFrameSide = 48;
    private const int FrameSide = 8;

    private readonly int _scale = Math.Max(1, SmallestSide / Math.Max(picture.Width, picture.Height));

    /// <summary>Pixels in a row of the map.</summary>
    public int Width => picture.Width * _scale;

    /// <summary>Rows of the map.</summary>
    public int Height => picture.Height * _scale;

    /// <summary>Draws into the upper left corner.</summary>
    public void Paint(RgbCanvas canvas)
    {
        double side = (double)statistics.Grid.TileSize / picture.Factor * _scale;
        int frame = side >= WideFrameSide ? 2 : side >= FrameSide ? 1 : 0;
        int[] columns = [.. Enumerable.Range(0, Width).Select(x => TileOf(x, statistics.Grid.Width))];
        int[] rows = [.. Enumerable.Range(0, Height).Select(y => TileOf(y, statistics.Grid.Height))];
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<byte> greys = picture.Pixels.AsSpan(y / _scale * picture.Width, picture.Width);
            Span<Rgb> pixels = canvas.Row(y);
            for (int x = 0; x < columns.Length; x++)
            {
                int tile = (rows[y] * statistics.Grid.Columns) + columns[x];
                Rgb color = Tinted(tile, greys[x / _scale], x, y);
                if (content.HasFlag(MapContent.Model) && frame > 0 && IsFrame(x, y, frame))
                    color = statistics.Models[tile] == TileStatistics.None ? ModelColors.Lost : ModelColors.Of(statistics.Models[tile]);
                else if (frame > 0 && ((x > 0 && columns[x - 1] != columns[x]) || (y > 0 && rows[y - 1] != rows[y])))
                    color = color.Towards(Rgb.Grey(0), FaintLine);
                pixels[x] = color;
            }
        }

        bool IsFrame(int x, int y, int width)
        {
            int run = statistics.Runs[(rows[y] * statistics.Grid.Columns) + columns[x]];
            return Differs(x - width, y) || Differs(x + width, y) || Differs(x, y - width) || Differs(x, y + width);

            bool Differs(int otherX, int otherY) => otherX < 0 || otherX >= columns.Length || otherY < 0 || otherY >= rows.Length
                || statistics.Runs[(rows[otherY] * statistics.Grid.Columns) + columns[otherX]] != run;
        }
    }

    /// <summary>The column, or row, of tiles that the middle of a pixel of the map lies in.</summary>
    private int TileOf(int pixel, int length)
    {
        long middle = ((2L * pixel) + 1) * picture.Factor / (2 * _scale);
        return (int)(Math.Min(middle, length - 1) / statistics.Grid.TileSize);
    }

    private Rgb Tinted(int tile, byte grey, int x, int y)
    {
        int model = statistics.Models[tile];
        if (model == TileStatistics.None)
            return (x + y) / 8 % 2 == 0 ? ModelColors.Lost : Rgb.Grey(0);
        Rgb tint = content.HasFlag(MapContent.Bits)
            ? ColorScale.At(ColorScale.Place(statistics.Bits[tile], statistics.Lowest, statistics.Highest))
            : ModelColors.Of(model);
        return Rgb.Grey(grey).Towards(tint, Tint);
    }
}
