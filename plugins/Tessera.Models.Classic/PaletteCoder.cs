namespace Tessera.Models.Classic;

/// <summary>Codes segments of few colors: pixels are compared with others first; what is new is an entry of the palette.</summary>
internal sealed class PaletteCoder(DrawnModel drawn)
{
    private readonly PaletteIndexCoder _indices = new();
    private int[] _row = [];

    /// <summary>Codes a segment.</summary>
    /// <param name="coder">The coder.</param>
    /// <param name="tiles">The tiles.</param>
    /// <param name="step">What the palette's entries are added to.</param>
    /// <param name="palette">The palette; null for a decoder.</param>
    /// <param name="decode">Whether samples are written rather than read.</param>
    public void Code<TCoder>(ref TCoder coder, TileRun tiles, PixelStep step, Palette? palette, bool decode)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        palette = Palette.Code(ref coder, palette, tiles.ChannelCount, tiles.Format.BitDepth);
        _indices.Reset(palette.Count);
        drawn.Reset(tiles.PixelCount);
        foreach (PixelRectangle region in tiles.Regions)
            CodeRegion(ref coder, tiles, region, step, palette, decode);
    }

    private void CodeRegion<TCoder>(ref TCoder coder, TileRun tiles, PixelRectangle region, PixelStep step, Palette palette, bool decode)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        int[] row = _row.Length < region.Width ? _row = new int[region.Width] : _row;
        drawn.BeginRegion(region.Width, region.Height);
        _indices.BeginRegion(region.Width);
        for (int y = 0; y < region.Height; y++)
        {
            if (!decode)
                palette.ToIndices(tiles, region, y, step, row);
            SegmentCodec.ThrowIfOverrun(coder.HasOverrun);
            for (int x = 0; x < region.Width; x++)
            {
                int index = (int)drawn.Code(ref coder, (ulong)row[x], palette.Count, out bool found);
                if (!found)
                    index = _indices.Code(ref coder, row[x], x);
                _indices.Note(x, index);
                drawn.Advance((ulong)index);
                row[x] = index;
            }

            if (decode)
                palette.ToSamples(row, tiles, region, y, step);
        }
    }
}
