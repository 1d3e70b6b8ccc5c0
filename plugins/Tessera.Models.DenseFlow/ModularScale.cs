using System.Runtime.CompilerServices;
using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>
/// The modular scale transform: a value times factor / 2^16. A remainder below the factor is popped and joins the product, a remainder below
/// 2^16 is left over by the division, and pushed: nothing is lost, and the stack grows by 16 - log2(factor) bits.
/// </summary>
internal static class ModularScale
{
    /// <summary>The binary logarithm of the divisor.</summary>
    public const int DivisorBits = 16;

    /// <summary>The factor that changes nothing.</summary>
    public const uint One = 1u << DivisorBits;

    /// <summary>The largest factor; the least is 1.</summary>
    public const uint MaxFactor = 1u << 24;

    // Added to a quotient so that it is not negative. The largest product is below 2^53.
    private const int Offset = 31;

    /// <summary>Scales a value.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">The value becomes too large.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Apply(AnsStack stack, int value, uint factor)
    {
        if (factor == One)
            return value;
        long product = ((long)value * factor) + stack.PopUniform(factor);
        stack.PushBits((uint)(product & (One - 1)), DivisorBits);
        return FixedPoint.Check(product >> DivisorBits);
    }

    /// <summary>The inverse, for one value.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">The value becomes too large.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Invert(AnsStack stack, int value, uint factor)
    {
        if (factor == One)
            return value;
        long product = ((long)value << DivisorBits) + stack.PopBits(DivisorBits);
        (ulong quotient, ulong remainder) = Math.DivRem((ulong)(product + ((long)factor << Offset)), factor);
        stack.PushUniform((uint)remainder, factor);
        return FixedPoint.Check((long)quotient - (1L << Offset));
    }

    /// <summary>Scales values, the first one first.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public static void Apply(AnsStack stack, Span<int> values, ReadOnlySpan<uint> factors)
    {
        factors = factors[..values.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = Apply(stack, values[i], factors[i]);
    }

    /// <summary>The inverse for values, the last one first.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public static void Invert(AnsStack stack, Span<int> values, ReadOnlySpan<uint> factors)
    {
        factors = factors[..values.Length];
        for (int i = values.Length - 1; i >= 0; i--)
            values[i] = Invert(stack, values[i], factors[i]);
    }
}
