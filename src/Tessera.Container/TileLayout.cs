namespace Tessera.Container;

/// <summary>How a header cuts an image: tiles from left to right, top to bottom, frame after frame; rows of tiles make bands.</summary>
internal readonly struct TileLayout
{
    private readonly long _columns;
    private readonly long _rows;
    private readonly long _bandRows;

    public TileLayout(ContainerHeader header)
    {
        _columns = ((long)header.Width + header.TileSize - 1) / header.TileSize;
        _rows = ((long)header.Height + header.TileSize - 1) / header.TileSize;
        _bandRows = Math.Min(header.BandRows, _rows);
        TileCount = TilesPerFrame * header.FrameCount;
    }

    public long TilesPerFrame => _columns * _rows;

    public long TileCount { get; }

    public long MaxTilesInBand => _columns * _bandRows;

    /// <summary>The first tile after the band that a tile lies in.</summary>
    public long BandEnd(long tile)
    {
        long frameStart = tile - (tile % TilesPerFrame);
        long band = (tile - frameStart) / MaxTilesInBand;
        return frameStart + Math.Min((band + 1) * MaxTilesInBand, TilesPerFrame);
    }
}
