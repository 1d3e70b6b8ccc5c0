namespace Tessera.Models.Classic;

/// <summary>
/// The models of one thread. Encoder and decoder walk over a segment in the same steps; what one reads from the tiles the other
/// writes to them.
/// </summary>
internal sealed class SegmentCodec
{
    private readonly HistogramCoder _histogram = new();
    private readonly PlaneCoder _planes;
    private readonly PaletteCoder _palette;

    public SegmentCodec()
    {
        // Only one of the two is at work at a time, and the tables are large.
        var drawn = new DrawnModel();
        _planes = new(drawn);
        _palette = new(drawn);
    }

    /// <summary>Codes everything that follows the plan, but raw samples.</summary>
    /// <param name="coder">The coder.</param>
    /// <param name="tiles">The tiles.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="maps">The channels' maps, null where there is none; null for a decoder.</param>
    /// <param name="palette">The palette; null for a decoder, or without one.</param>
    /// <param name="decode">Whether samples are written rather than read.</param>
    /// <param name="race">What may end an encoding early, or null.</param>
    /// <returns>Whether all was coded.</returns>
    public bool Code<TCoder>(
        ref TCoder coder, TileRun tiles, SegmentPlan plan, ChannelMap?[]? maps, Palette? palette, bool decode, CostRace? race = null)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        if (plan.Mode == PixelMode.Histogram)
            _histogram.Code(ref coder, tiles, decode);
        else if (plan.Mode == PixelMode.Palette)
            _palette.Code(ref coder, tiles, plan.Step, palette, decode);
        else
            return _planes.Code(ref coder, tiles, plan, maps, decode, race);
        return true;
    }

    /// <summary>Ends the decoding of a payload that is too short, so that it costs no more time than it has bytes for.</summary>
    /// <param name="overrun">Whether the coder has read more than there is.</param>
    /// <exception cref="TesseraFormatException">It has.</exception>
    public static void ThrowIfOverrun(bool overrun)
    {
        if (overrun)
            throw new TesseraFormatException("A segment ends before its pixels do; it is damaged.");
    }
}
