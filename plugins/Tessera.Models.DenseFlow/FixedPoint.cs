using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Tessera.Models.DenseFlow;

/// <summary>Values in fixed point: integers, in units that a configuration gives. What all transforms have in common is the range.</summary>
internal static class FixedPoint
{
    /// <summary>Values are less than this in magnitude: sums and products of all transforms fit 64 bits, and no value can wrap.</summary>
    public const int Limit = 1 << 29;

    /// <summary>The fraction bits of matrices' coefficients.</summary>
    public const int CoefficientBits = 16;

    /// <summary>Gives what is a value as one.</summary>
    /// <exception cref="FixedPointOverflowException">It is too large.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Check(long value)
    {
        if ((ulong)(value + (Limit - 1)) > 2 * (Limit - 1))
            ThrowOverflow(value);
        return (int)value;
    }

    /// <summary>Moves the point: a product with a power of two, rounded half up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Shift(long value, int left) => left >= 0 ? value << left : (value + (1L << (-left - 1))) >> -left;

    [DoesNotReturn]
    private static void ThrowOverflow(long value) => throw new FixedPointOverflowException($"A value of a flow is {value}.");
}
