namespace Tessera;

/// <summary>
/// How an image is cut. Tiles are squares of <see cref="TileSize"/> pixels, smaller at the right and lower edge, counted from left
/// to right, from top to bottom, frame after frame. <see cref="BandRows"/> rows of tiles make a band (the last band of a frame may
/// have fewer): what a writer and a reader hold at once. Segments, the runs of tiles that are coded together, never leave their band.
/// </summary>
public sealed class TileGrid
{
    /// <summary>The largest side of a tile.</summary>
    public const int MaxTileSize = 1 << 14;

    /// <summary>Cuts an image.</summary>
    /// <param name="width">The image's width.</param>
    /// <param name="height">The image's height.</param>
    /// <param name="frameCount">The image's frames.</param>
    /// <param name="tileSize">The side of a tile, 1 to <see cref="MaxTileSize"/>.</param>
    /// <param name="bandRows">Rows of tiles in a band, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public TileGrid(int width, int height, int frameCount, int tileSize, int bandRows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(frameCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(tileSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tileSize, MaxTileSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(bandRows, 1);
        Width = width;
        Height = height;
        FrameCount = frameCount;
        TileSize = tileSize;
        Columns = CeilingDivide(width, tileSize);
        Rows = CeilingDivide(height, tileSize);
        BandRows = Math.Min(bandRows, Rows);
        BandsPerFrame = CeilingDivide(Rows, BandRows);
    }

    /// <summary>The image's width in pixels.</summary>
    public int Width { get; }

    /// <summary>The image's height in pixels.</summary>
    public int Height { get; }

    /// <summary>The image's frames.</summary>
    public int FrameCount { get; }

    /// <summary>The side of a tile in pixels.</summary>
    public int TileSize { get; }

    /// <summary>Tiles in a row of tiles.</summary>
    public int Columns { get; }

    /// <summary>Rows of tiles in a frame.</summary>
    public int Rows { get; }

    /// <summary>Rows of tiles in a band, at most <see cref="Rows"/>.</summary>
    public int BandRows { get; }

    /// <summary>Bands in a frame.</summary>
    public int BandsPerFrame { get; }

    /// <summary>Tiles in a frame.</summary>
    public long TilesPerFrame => (long)Columns * Rows;

    /// <summary>Tiles of all frames.</summary>
    public long TileCount => TilesPerFrame * FrameCount;

    /// <summary>Bands of all frames.</summary>
    public long BandCount => (long)BandsPerFrame * FrameCount;

    /// <summary>The pixels of a tile within its frame.</summary>
    /// <param name="tile">The tile's number, from 0.</param>
    /// <returns>Its rectangle.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The image has no such tile.</exception>
    public PixelRectangle TileBounds(long tile)
    {
        long inFrame = CheckTile(tile) % TilesPerFrame;
        int x = (int)(inFrame % Columns) * TileSize;
        int y = (int)(inFrame / Columns) * TileSize;
        return new(x, y, Math.Min(TileSize, Width - x), Math.Min(TileSize, Height - y));
    }

    /// <summary>The band that a tile lies in.</summary>
    /// <param name="tile">The tile's number, from 0.</param>
    /// <returns>The band's number, from 0, over all frames.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The image has no such tile.</exception>
    public long BandOf(long tile)
    {
        CheckTile(tile);
        long row = tile % TilesPerFrame / Columns;
        return (tile / TilesPerFrame * BandsPerFrame) + (row / BandRows);
    }

    /// <summary>The tiles of a band.</summary>
    /// <param name="band">The band's number, from 0.</param>
    /// <returns>The first tile and how many.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The image has no such band.</exception>
    public (long First, int Count) BandTiles(long band)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)band, (ulong)BandCount, nameof(band));
        int firstRow = (int)(band % BandsPerFrame) * BandRows;
        int rows = Math.Min(BandRows, Rows - firstRow);
        return ((band / BandsPerFrame * TilesPerFrame) + ((long)firstRow * Columns), checked(rows * Columns));
    }

    /// <summary>The pixels of a band within its frame.</summary>
    /// <param name="band">The band's number, from 0.</param>
    /// <returns>Its rectangle, as wide as the image.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The image has no such band.</exception>
    public PixelRectangle BandBounds(long band)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)band, (ulong)BandCount, nameof(band));
        long top = band % BandsPerFrame * BandRows * TileSize;
        return new(0, (int)top, Width, (int)Math.Min((long)BandRows * TileSize, Height - top));
    }

    private static int CeilingDivide(int a, int b) => (int)(((long)a + b - 1) / b);

    private long CheckTile(long tile)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)tile, (ulong)TileCount, nameof(tile));
        return tile;
    }
}
