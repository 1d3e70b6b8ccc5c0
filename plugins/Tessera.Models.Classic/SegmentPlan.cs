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

/// <summary>What the encoder decides for a segment.</summary>
/// <param name="Mode">How pixels are coded.</param>
/// <param name="Transform">The colour transform, where there are three colour channels.</param>
internal readonly record struct SegmentPlan(PixelMode Mode, ColorTransform Transform)
{
    /// <summary>The first byte of a segment: the mode in bits 0 to 2, the transform in bits 3 and 4.</summary>
    public byte ToByte() => (byte)((int)Mode | ((int)Transform << 3));

    /// <summary>Reads the first byte of a segment.</summary>
    /// <exception cref="TesseraFormatException">There is no such plan.</exception>
    public static SegmentPlan FromByte(byte value)
    {
        var plan = new SegmentPlan((PixelMode)(value & 7), (ColorTransform)((value >> 3) & 3));
        if (plan.Mode > PixelMode.Histogram || value >> 5 != 0)
            throw new TesseraFormatException($"A segment of the classic model begins with {value}, which is no known plan.");
        return plan;
    }
}
