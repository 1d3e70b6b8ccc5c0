using Tessera.Container;

namespace Tessera;

/// <summary>What both sides check of a segment's samples.</summary>
internal static class SegmentSamples
{
    /// <summary>The checksum of a run of tiles: channel by channel, tile by tile, row by row.</summary>
    /// <param name="tiles">The tiles.</param>
    /// <param name="inRange">Whether all samples fit the bit depth.</param>
    public static uint Checksum(TileRun tiles, out bool inRange)
    {
        var checksum = new SampleChecksum();
        ushort max = (ushort)tiles.Format.MaxSample;
        inRange = true;
        for (int channel = 0; channel < tiles.ChannelCount; channel++)
        {
            foreach (PixelRectangle tile in tiles.Tiles)
            {
                for (int y = 0; y < tile.Height; y++)
                {
                    ReadOnlySpan<ushort> row = tiles.Row(channel, tile, y);
                    checksum.Append(row);
                    inRange &= max == ushort.MaxValue || !row.ContainsAnyExceptInRange((ushort)0, max);
                }
            }
        }

        return checksum.Value;
    }

    /// <summary>Sets all samples of a run of tiles to 0.</summary>
    public static void Clear(TileRun tiles)
    {
        for (int channel = 0; channel < tiles.ChannelCount; channel++)
        {
            foreach (PixelRectangle region in tiles.Regions)
            {
                for (int y = 0; y < region.Height; y++)
                    tiles.Row(channel, region, y).Clear();
            }
        }
    }
}
