using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tessera.Png;

/// <summary>Predicts a byte from the same byte of the pixels to the left, above, and above the left: singly and sixteen at once.</summary>
internal interface IPngPredictor
{
    static abstract byte Predict(byte left, byte above, byte aboveLeft);

    static abstract Vector128<byte> Predict(Vector128<byte> left, Vector128<byte> above, Vector128<byte> aboveLeft);
}

internal readonly struct NonePredictor : IPngPredictor
{
    public static byte Predict(byte left, byte above, byte aboveLeft) => 0;

    public static Vector128<byte> Predict(Vector128<byte> left, Vector128<byte> above, Vector128<byte> aboveLeft) => default;
}

internal readonly struct SubPredictor : IPngPredictor
{
    public static byte Predict(byte left, byte above, byte aboveLeft) => left;

    public static Vector128<byte> Predict(Vector128<byte> left, Vector128<byte> above, Vector128<byte> aboveLeft) => left;
}

internal readonly struct UpPredictor : IPngPredictor
{
    public static byte Predict(byte left, byte above, byte aboveLeft) => above;

    public static Vector128<byte> Predict(Vector128<byte> left, Vector128<byte> above, Vector128<byte> aboveLeft) => above;
}

internal readonly struct AveragePredictor : IPngPredictor
{
    public static byte Predict(byte left, byte above, byte aboveLeft) => (byte)((left + above) >> 1);

    // Half the sum without its ninth bit: what both have, and half of what one has.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Predict(Vector128<byte> left, Vector128<byte> above, Vector128<byte> aboveLeft) =>
        (left & above) + ((left ^ above) >>> 1);
}

internal readonly struct PaethPredictor : IPngPredictor
{
    public static byte Predict(byte left, byte above, byte aboveLeft)
    {
        int toLeft = Math.Abs(above - aboveLeft), toAbove = Math.Abs(left - aboveLeft), toAboveLeft = Math.Abs(left + above - (2 * aboveLeft));
        return toLeft <= toAbove && toLeft <= toAboveLeft ? left : toAbove <= toAboveLeft ? above : aboveLeft;
    }

    /// <summary>
    /// Stays within bytes: the third distance |(left - aboveLeft) + (above - aboveLeft)| is the difference of the other two where the
    /// terms differ in sign; where they agree it is at least as large as both and never the smallest, so that 255 stands for it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Predict(Vector128<byte> left, Vector128<byte> above, Vector128<byte> aboveLeft)
    {
        Vector128<byte> maxAbove = Vector128.Max(above, aboveLeft), maxLeft = Vector128.Max(left, aboveLeft);
        Vector128<byte> toLeft = maxAbove - Vector128.Min(above, aboveLeft);
        Vector128<byte> toAbove = maxLeft - Vector128.Min(left, aboveLeft);
        Vector128<byte> opposite = Vector128.Equals(maxAbove, above) ^ Vector128.Equals(maxLeft, left);
        Vector128<byte> toAboveLeft = (Vector128.Max(toLeft, toAbove) - Vector128.Min(toLeft, toAbove)) | ~opposite;
        Vector128<byte> others = Vector128.Min(toAbove, toAboveLeft);
        return Vector128.ConditionalSelect(
            Vector128.Equals(Vector128.Min(toLeft, others), toLeft),
            left,
            Vector128.ConditionalSelect(Vector128.Equals(others, toAbove), above, aboveLeft));
    }
}
