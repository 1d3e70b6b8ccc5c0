namespace Tessera.Entropy;

/// <summary>
/// The integer arithmetic from which distribution tables are computed, defined to the bit in <c>spec/entropy.md</c>. All numbers are
/// non-negative fixed-point numbers with 30 fractional bits; all divisions round down.
/// </summary>
public static class TableArithmetic
{
    /// <summary>The fractional bits of all numbers.</summary>
    public const int FractionBits = 30;

    /// <summary>1.</summary>
    public const ulong One = 1UL << FractionBits;
    private const ulong Half = One >> 1;

    /// <summary>ln 2.</summary>
    private const ulong Ln2 = 744261118;

    /// <summary>1 / sqrt(2 pi).</summary>
    private const ulong InverseSqrt2Pi = 428361012;

    /// <summary>From 6 standard deviations on, a Gaussian's tail is below half of any table's unit.</summary>
    private const ulong GaussianLimit = 6 * One;

    /// <summary>2^(i/8).</summary>
    private static ReadOnlySpan<uint> EighthPowers =>
        [1073741824, 1170923762, 1276901417, 1392470869, 1518500250, 1655936265, 1805811301, 1969251188];

    /// <summary>value * 2^(eighths/8) / 2^divisorBits as a fixed-point number.</summary>
    /// <param name="value">An integer; its product with 2^31 has 64 bits at most.</param>
    /// <param name="eighths">The eighths of an octave, of either sign.</param>
    /// <param name="divisorBits">The binary logarithm of the divisor; <paramref name="divisorBits"/> - <paramref name="eighths"/> / 8, rounded down, is 0 to 63.</param>
    public static ulong ScaleByPower(ulong value, int eighths, int divisorBits) =>
        (value * EighthPowers[eighths & 7]) >> (divisorBits - (eighths >> 3));

    /// <summary>The logistic distribution's mass below -t.</summary>
    /// <param name="t">The distance from the mean, in scales.</param>
    public static ulong LogisticTail(ulong t)
    {
        (ulong mantissa, int shift) = ExpOfNegative(t);
        ulong exponential = mantissa >> shift;
        return (exponential << FractionBits) / (One + exponential);
    }

    /// <summary>The normal distribution's mass below -t.</summary>
    /// <param name="t">The distance from the mean, in standard deviations.</param>
    /// <remarks>1/2 - density(t) * (t + t^3/3 + t^5/(3*5) + ...): all terms are positive, so that nothing cancels.</remarks>
    public static ulong GaussianTail(ulong t)
    {
        if (t >= GaussianLimit)
            return 0;
        ulong square = Multiply(t, t);
        ulong sum = 0, term = t;
        for (uint odd = 3; term != 0; odd += 2)
        {
            sum += term;
            term = Multiply(term, square) / odd;
        }

        (ulong mantissa, int shift) = ExpOfNegative(square >> 1);
        ulong inner = Multiply(Multiply(sum, mantissa), InverseSqrt2Pi) >> shift;
        return inner < Half ? Half - inner : 0;
    }

    /// <summary>e^-t as mantissa * 2^-shift, the mantissa from 1/2 to 1.</summary>
    private static (ulong Mantissa, int Shift) ExpOfNegative(ulong t)
    {
        (ulong shift, ulong rest) = Math.DivRem(t, Ln2);
        ulong even = 0, odd = 0, term = One;
        for (uint i = 1; term != 0; i += 2)
        {
            even += term;
            term = Multiply(term, rest) / i;
            odd += term;
            term = Multiply(term, rest) / (i + 1);
        }

        return (even - odd, (int)Math.Min(shift, 63));
    }

    private static ulong Multiply(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return (high << (64 - FractionBits)) | (low >> FractionBits);
    }
}
