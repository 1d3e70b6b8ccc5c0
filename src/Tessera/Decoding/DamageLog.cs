using System.Collections.Immutable;

namespace Tessera;

/// <summary>Collects what recovery had to skip. Any thread may write.</summary>
internal sealed class DamageLog
{
    private readonly Lock _lock = new();
    private readonly List<LostTiles> _tiles = [];
    private readonly List<DamagedBytes> _bytes = [];

    public void Add(LostTiles tiles)
    {
        lock (_lock)
        {
            // A long gap comes band by band: keep it as one.
            if (_tiles.Count > 0 && _tiles[^1] is var last && last.FirstTile + last.TileCount == tiles.FirstTile
                && (last.FirstChannel, last.ChannelCount, last.Reason) == (tiles.FirstChannel, tiles.ChannelCount, tiles.Reason))
            {
                _tiles[^1] = last with { TileCount = last.TileCount + tiles.TileCount };
            }
            else
            {
                _tiles.Add(tiles);
            }
        }
    }

    public void Add(DamagedBytes bytes)
    {
        lock (_lock)
            _bytes.Add(bytes);
    }

    public ImmutableArray<LostTiles> Tiles()
    {
        lock (_lock)
            return [.. _tiles.OrderBy(t => t.FirstTile).ThenBy(t => t.FirstChannel)];
    }

    public ImmutableArray<DamagedBytes> Bytes()
    {
        lock (_lock)
            return [.. _bytes];
    }
}
