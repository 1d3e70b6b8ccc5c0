namespace Tessera.Models.Classic;

/// <summary>How the pixels of a segment are coded.</summary>
internal enum PixelMode
{
    /// <summary>Samples as they are, in <see cref="SampleFormat.BitDepth"/> bits.</summary>
    Raw = 0,

    /// <summary>Every sample is predicted.</summary>
    Predicted = 1,

    /// <summary>Pixels are compared with others first; what is new is predicted.</summary>
    Drawn = 2,

    /// <summary>Pixels are compared with others first; what is new is an entry of a palette.</summary>
    Palette = 3,

    /// <summary>Samples are coded by how often each value occurs, whatever is around them: noise.</summary>
    Histogram = 4,
}

/// <summary>From what the entries of a palette are taken: none if they are colors, otherwise they are differences.</summary>
internal enum PixelStep
{
    /// <summary>From nothing.</summary>
    None = 0,

    /// <summary>From the pixel to the left.</summary>
    Left = 1,

    /// <summary>From the pixel above.</summary>
    Above = 2,

    /// <summary>From the left one plus the one above, less the one between.</summary>
    Gradient = 3,
}

/// <summary>What the encoder decides for a segment.</summary>
/// <param name="Mode">How pixels are coded.</param>
/// <param name="Transform">The color transform, where samples are predicted and three channels are colors.</param>
/// <param name="Step">From what a palette's entries are taken.</param>
/// <param name="ManyRecalls">Whether a drawing's new pixels are looked up among many colors.</param>
internal readonly record struct SegmentPlan(PixelMode Mode, ColorTransform Transform, PixelStep Step = PixelStep.None, bool ManyRecalls = false)
{
    // What a payload of few bytes may ask a decoder to hold: some 100 bytes a column and channel, and 8 bytes a pixel.
    private const int MaxPredictedWidth = 1 << 18;
    private const long MaxDrawnPixels = 1L << 24;

    private const int RecallsBit = 1 << 5;

    /// <summary>The first byte of a segment: the mode in bits 0 to 2, in bits 3 and 4 the transform or a palette's step, recalls in bit 5.</summary>
    public byte ToByte() => (byte)((int)Mode | ((int)Transform << 3) | ((int)Step << 3) | (ManyRecalls ? RecallsBit : 0));

    /// <summary>Reads the first byte of a segment.</summary>
    /// <exception cref="TesseraFormatException">There is no such plan, or not for such tiles.</exception>
    public static SegmentPlan FromByte(byte value, TileRun tiles)
    {
        var mode = (PixelMode)(value & 7);
        int detail = (value >> 3) & 3;
        bool isPalette = mode == PixelMode.Palette;
        var plan = new SegmentPlan(
            mode, isPalette ? ColorTransform.None : (ColorTransform)detail, isPalette ? (PixelStep)detail : PixelStep.None, (value & RecallsBit) != 0);
        bool applies = (plan.Transform == ColorTransform.None || MayTransform(mode, tiles)) && (!plan.ManyRecalls || MayRecall(mode, tiles));
        if (mode > PixelMode.Histogram || value != plan.ToByte() || !applies)
            throw new TesseraFormatException($"A segment of the classic model begins with {value}, which is no plan for it.");
        if (!IsWithinLimits(plan.Mode, tiles))
            throw new TesseraFormatException($"A segment of the classic model is too large for the mode {plan.Mode}.");
        return plan;
    }

    /// <summary>Whether a color transform applies.</summary>
    public static bool MayTransform(PixelMode mode, TileRun tiles) =>
        CodesPlanes(mode) && PlaneCoder.IsRgb(tiles);

    /// <summary>Whether colors are looked up.</summary>
    public static bool MayRecall(PixelMode mode, TileRun tiles) => mode == PixelMode.Drawn && PlaneCoder.IsRgb(tiles);

    /// <summary>Whether a mode codes samples plane by plane.</summary>
    public static bool CodesPlanes(PixelMode mode) => mode is PixelMode.Predicted or PixelMode.Drawn;

    /// <summary>
    /// Whether a segment is small enough for a mode: regions of predicted samples are at most 2^18 pixels wide, segments whose pixels
    /// are compared have at most 2^24.
    /// </summary>
    public static bool IsWithinLimits(PixelMode mode, TileRun tiles) =>
        (!CodesPlanes(mode) || tiles.Regions.All(r => r.Width <= MaxPredictedWidth))
        && (mode is not (PixelMode.Drawn or PixelMode.Palette) || tiles.PixelCount <= MaxDrawnPixels);
}
