namespace Tessera;

/// <summary>How far an image is coded.</summary>
/// <param name="PixelsDone">Pixels that have left the last stage, all frames together.</param>
/// <param name="PixelsTotal">Pixels of all frames.</param>
public readonly record struct CodingProgress(long PixelsDone, long PixelsTotal)
{
    /// <summary>The part that is done, 0 to 1.</summary>
    public double Fraction => PixelsTotal == 0 ? 1 : (double)PixelsDone / PixelsTotal;
}
