using Tessera.Cli.Imaging;

namespace Tessera.Cli.Viewing;

/// <summary>
/// The upper levels of an image in memory, made from top to bottom in one pass, each pixel from the sums of all pixels of the image that it
/// stands for. One thread adds rows; any thread may read meanwhile what is there.
/// </summary>
internal sealed class OverviewPyramid
{
    private readonly TileGeometry _geometry;
    private readonly DisplayFormat _format;
    private readonly int _height;
    private readonly Level[] _levels;
    private int _rows;

    /// <param name="width">The image's width.</param>
    /// <param name="height">The image's height.</param>
    /// <param name="format">What a pixel is made of.</param>
    /// <param name="maxBytes">The most bytes that it takes, but for one row of sums: that decides with which level it begins, 1 at the earliest.</param>
    public OverviewPyramid(int width, int height, DisplayFormat format, long maxBytes)
    {
        _geometry = new(width, height);
        _format = format;
        _height = height;
        FirstLevel = 1;
        while (FirstLevel < _geometry.Levels && BytesFrom(FirstLevel) > maxBytes)
            FirstLevel++;
        _levels = [.. Enumerable.Range(FirstLevel, _geometry.Levels - FirstLevel)
            .Select(level => new Level(new BoxRow(width, 1 << level, format), _geometry.Height(level), 1 << level, format.Channels))];
    }

    /// <summary>The lowest level that it has; that after the last if it has none.</summary>
    public int FirstLevel { get; }

    /// <summary>Whether it has any level.</summary>
    public bool IsNeeded => _levels.Length > 0;

    /// <summary>Rows of the image that were added.</summary>
    public int Rows => Volatile.Read(ref _rows);

    /// <summary>Adds the next row of the image.</summary>
    public void Add(ReadOnlySpan<byte> pixels)
    {
        bool isLast = _rows + 1 == _height;
        for (int i = 0; i < _levels.Length; i++)
        {
            Level level = _levels[i];
            if (i == 0)
                level.Blocks.Add(pixels);
            if (level.Blocks.Rows < level.Side && !isLast)
                break;
            if (i + 1 < _levels.Length)
                _levels[i + 1].Blocks.Add(level.Blocks);
            level.Finish();
        }

        Volatile.Write(ref _rows, _rows + 1);
    }

    /// <summary>Copies an area of one of its levels, as many of its rows as there are.</summary>
    public PixelBlock Read(int level, PixelRectangle area)
    {
        Level source = _levels[level - FirstLevel];
        int channels = _format.Channels, rows = Math.Clamp(source.Rows - area.Y, 0, area.Height);
        byte[] pixels = new byte[area.Width * rows * channels];
        for (int y = 0; y < rows; y++)
        {
            source.Row(area.Y + y).Slice(area.X * channels, area.Width * channels)
                .CopyTo(pixels.AsSpan(y * area.Width * channels));
        }

        return new(pixels, area.Width, rows);
    }

    /// <summary>Whether all of an area of one of its levels is there.</summary>
    public bool Has(int level, PixelRectangle area) => level >= FirstLevel && _levels[level - FirstLevel].Rows >= area.Bottom;

    private long BytesFrom(int first)
    {
        long pixels = 0;
        for (int level = first; level < _geometry.Levels; level++)
        {
            long area = (long)_geometry.Width(level) * _geometry.Height(level);

            // A level is one array.
            if (area * _format.Channels > Array.MaxLength)
                return long.MaxValue;
            pixels += area;
        }

        return pixels * _format.Channels;
    }

    private sealed class Level(BoxRow blocks, int height, int side, int channels)
    {
        private readonly byte[] _pixels = new byte[blocks.Width * height * channels];
        private int _rows;

        public BoxRow Blocks => blocks;

        public int Side => side;

        /// <summary>Rows that are complete: they are written before this is.</summary>
        public int Rows => Volatile.Read(ref _rows);

        public Span<byte> Row(int y) => _pixels.AsSpan(y * blocks.Width * channels, blocks.Width * channels);

        public void Finish()
        {
            blocks.Finish(Row(_rows));
            Volatile.Write(ref _rows, _rows + 1);
        }
    }
}
