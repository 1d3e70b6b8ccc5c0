namespace Tessera.Models.Classic;

/// <summary>Codes samples by how often each value occurs in its channel, whatever is around them: noise is coded no better.</summary>
internal sealed class HistogramCoder
{
    // Each channel's tree of decisions, from the highest bit down.
    private readonly uint[][] _trees = [[], [], [], []];

    /// <summary>Codes a segment: row by row, channel by channel, each sample from its highest bit down.</summary>
    public void Code<TCoder>(ref TCoder coder, TileRun tiles, bool decode)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        int depth = tiles.Format.BitDepth;
        for (int c = 0; c < tiles.ChannelCount; c++)
        {
            if (_trees[c].Length < 1 << depth)
                _trees[c] = new uint[1 << depth];
            _trees[c].AsSpan(0, 1 << depth).Fill(Counter.Initial);
        }

        foreach (PixelRectangle region in tiles.Regions)
        {
            for (int y = 0; y < region.Height; y++)
            {
                SegmentCodec.ThrowIfOverrun(coder.HasOverrun);
                for (int c = 0; c < tiles.ChannelCount; c++)
                {
                    uint[] tree = _trees[c];
                    Span<ushort> row = tiles.Row(c, region, y);
                    for (int x = 0; x < row.Length; x++)
                    {
                        int node = 1;
                        for (int i = depth - 1; i >= 0; i--)
                            node = (node << 1) | CounterCoder.Code(ref coder, ref tree[node], (row[x] >> i) & 1, Counter.StationaryLimit);
                        if (decode)
                            row[x] = (ushort)(node - (1 << depth));
                    }
                }
            }
        }
    }
}
