namespace Tessera.Scale.Tests;

/// <summary>
/// A picture of any size, drawn row by row by integer arithmetic alone, somewhat like a map with photographs: of every sixteen stripes of 512
/// rows one is hills, edges and grain, beginning with the first; the others are plain fields with lines around them.
/// </summary>
internal static class Picture
{
    private const int Side = 512;
    private const int Stripes = 16;
    private const int LineWidth = 3;
    private static readonly byte[] Ground = DrawGround();

    /// <summary>Draws a row.</summary>
    /// <param name="y">The row.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="row">The row's samples of 8 bits, from the left edge on.</param>
    public static void DrawRow(int y, int channel, Span<ushort> row)
    {
        if (y / Side % Stripes == 0)
            DrawPhotographed(y, channel, row);
        else
            DrawFields(y, channel, row);
    }

    private static void DrawPhotographed(int y, int channel, Span<ushort> row)
    {
        uint noise = (((uint)y * 4) + (uint)channel) * 2654435761;
        ReadOnlySpan<byte> ground = Ground.AsSpan(y % Side * Side, Side);
        int field = y / Side * 13;
        for (int x = 0; x < row.Length; x++)
        {
            // The constants are those of Numerical Recipes; the high bits are the good ones.
            noise = (noise * 1664525) + 1013904223;
            int grain = (int)((noise >> 29) + ((noise >> 25) & 7)) - 7;
            row[x] = (ushort)Math.Clamp(ground[x % Side] + ((field + (x / Side * 29)) % 64) + (channel * 9) + grain, 0, 255);
        }
    }

    private static void DrawFields(int y, int channel, Span<ushort> row)
    {
        // Fields differ in width from stripe to stripe.
        int stripe = y / Side, width = 100 + (stripe * 37 % 300);
        bool isLine = y % Side < LineWidth;
        for (int x = 0; x < row.Length; x += width)
        {
            Span<ushort> field = row[x..Math.Min(x + width, row.Length)];
            field.Fill((ushort)(isLine ? 20 : 90 + (((x / width * 53) + (stripe * 31) + (channel * 40)) % 160)));
            field[..Math.Min(LineWidth, field.Length)].Fill(20);
        }
    }

    private static byte[] DrawGround()
    {
        byte[] ground = new byte[Side * Side];
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                int a = x % 128, b = y % 96;
                int hill = a * (128 - a) / 64 * (b * (96 - b) / 48) / 32;
                int edge = (3 * x) + (2 * y) > 1200 ? 40 : 0;
                ground[(y * Side) + x] = (byte)(30 + hill + edge + (x / 16));
            }
        }

        return ground;
    }
}

/// <summary>Gives the picture.</summary>
/// <param name="width">Pixels in a row.</param>
/// <param name="height">Rows.</param>
/// <param name="channels">1 for grey, 3 for RGB.</param>
internal sealed class PictureSource(int width, int height, int channels) : IRasterSource
{
    private int _y;

    public ImageInfo Info { get; } = new(width, height, new(channels, 8));

    public ValueTask<FrameInfo> ReadFrameInfoAsync(CancellationToken cancellationToken = default) => new(FrameInfo.Default);

    public ValueTask ReadRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        for (int channel = 0; channel < rows.Channels; channel++)
        {
            for (int y = 0; y < rows.Height; y++)
                Picture.DrawRow(_y + y, channel, rows.Row(channel, y));
        }

        _y += rows.Height;
        return ValueTask.CompletedTask;
    }

    public ValueTask<ImageMetadata> ReadTrailerAsync(CancellationToken cancellationToken = default) => new(ImageMetadata.Empty);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Compares an image with a part of the picture, and keeps none of it.</summary>
/// <param name="left">The part's first column.</param>
/// <param name="top">The part's first row.</param>
internal sealed class PictureCheck(int left, int top) : IRasterSink
{
    private ushort[] _expected = [];
    /// <summary>Rows that were compared, all of them as drawn.</summary>
    public int Rows { get; private set; }

    public ValueTask BeginAsync(ImageInfo info, CancellationToken cancellationToken = default)
    {
        _expected = new ushort[left + info.Width];
        return ValueTask.CompletedTask;
    }

    public ValueTask BeginFrameAsync(FrameInfo frame, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask WriteRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        for (int channel = 0; channel < rows.Channels; channel++)
        {
            for (int y = 0; y < rows.Height; y++)
            {
                Picture.DrawRow(top + Rows + y, channel, _expected);
                if (!rows.Row(channel, y).SequenceEqual(_expected.AsSpan(left)))
                    throw new InvalidDataException($"Row {top + Rows + y} of channel {channel} is not what was drawn.");
            }
        }

        Rows += rows.Height;
        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync(ImageMetadata trailer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
