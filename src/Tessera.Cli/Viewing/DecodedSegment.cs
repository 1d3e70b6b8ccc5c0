using System.Collections.Immutable;
using Tessera.Cli.Imaging;
using Tessera.Container;

namespace Tessera.Cli.Viewing;

/// <summary>The pixels of one segment in 8 bits: tile by tile, channel by channel, row by row.</summary>
internal sealed class DecodedSegment
{
    private readonly IndexEntry _entry;
    private readonly ImmutableArray<PixelRectangle> _tiles;
    private readonly int[] _starts;
    private readonly byte[] _bytes;

    private DecodedSegment(IndexEntry entry, TileGrid grid)
    {
        _entry = entry;
        _tiles = [.. Enumerable.Range(0, entry.TileCount).Select(i => grid.TileBounds(entry.FirstTile + i))];
        _starts = new int[_tiles.Length];
        int length = 0;
        for (int i = 0; i < _tiles.Length; i++)
        {
            _starts[i] = length;
            length += checked((int)_tiles[i].Area * entry.ChannelCount);
        }

        _bytes = new byte[length];
    }

    /// <summary>Bytes that the pixels of a segment take.</summary>
    public static long SizeOf(IndexEntry entry, TileGrid grid)
    {
        long pixels = 0;
        for (int i = 0; i < entry.TileCount; i++)
            pixels += grid.TileBounds(entry.FirstTile + i).Area;
        return pixels * entry.ChannelCount;
    }

    /// <summary>A segment that cannot be decoded: all samples are 0.</summary>
    public static DecodedSegment Lost(IndexEntry entry, TileGrid grid) => new(entry, grid);

    /// <summary>Takes a segment's samples out of its band.</summary>
    public static DecodedSegment Of(IndexEntry entry, TileGrid grid, PlanarBuffer band, DisplayFormat format)
    {
        var segment = new DecodedSegment(entry, grid);
        int top = grid.BandBounds(grid.BandOf(entry.FirstTile)).Y;
        for (int i = 0; i < segment._tiles.Length; i++)
        {
            PixelRectangle tile = segment._tiles[i];
            for (int channel = entry.FirstChannel; channel < entry.FirstChannel + entry.ChannelCount; channel++)
            {
                for (int y = 0; y < tile.Height; y++)
                    format.Convert(band.Row(channel, tile.Y - top + y).Slice(tile.X, tile.Width), segment.Row(i, channel, y));
            }
        }

        return segment;
    }

    /// <summary>Copies what it has of an area.</summary>
    /// <param name="area">The area, in pixels of the frame.</param>
    /// <param name="format">Which channels are wanted.</param>
    /// <param name="pixels">The area's pixels.</param>
    public void CopyTo(PixelRectangle area, DisplayFormat format, Span<byte> pixels)
    {
        int channels = format.Channels;
        for (int i = 0; i < _tiles.Length; i++)
        {
            PixelRectangle tile = _tiles[i];
            int left = Math.Max(tile.X, area.X), right = Math.Min(tile.Right, area.Right);
            int top = Math.Max(tile.Y, area.Y), bottom = Math.Min(tile.Bottom, area.Bottom);
            for (int channel = 0; channel < channels && left < right; channel++)
            {
                int source = format.Sources[channel];
                if (source < _entry.FirstChannel || source >= _entry.FirstChannel + _entry.ChannelCount)
                    continue;
                for (int y = top; y < bottom; y++)
                {
                    ReadOnlySpan<byte> row = Row(i, source, y - tile.Y)[(left - tile.X)..(right - tile.X)];
                    Span<byte> target = pixels[(((((y - area.Y) * area.Width) + left - area.X) * channels) + channel)..];
                    for (int x = 0, at = 0; x < row.Length; x++, at += channels)
                        target[at] = row[x];
                }
            }
        }
    }

    private Span<byte> Row(int tile, int channel, int y)
    {
        PixelRectangle bounds = _tiles[tile];
        return _bytes.AsSpan(_starts[tile] + ((((channel - _entry.FirstChannel) * bounds.Height) + y) * bounds.Width), bounds.Width);
    }
}
