using System.Runtime.CompilerServices;

namespace Tessera.Exact.Managed;

/// <summary>Operations on single integers, as <c>spec/arithmetic.md</c> defines them.</summary>
internal static class ExactArithmetic
{
    /// <summary>Fraction bits of a multiplier.</summary>
    public const int MultiplierBits = 15;

    // Fraction bits of a mean, and of what is left after the product with a reciprocal; together they make a deviation of 2^8.
    private const int MeanBits = 4;
    private const int ReciprocalBits = 14;
    private const int DeviationBits = 8 + ReciprocalBits - MeanBits;

    /// <summary>The largest number of elements of a normalised group.</summary>
    public const int MaxGroupElements = 1 << 20;

    /// <summary>The largest number of tokens that an operation adds over.</summary>
    public const int MaxTokens = 1 << 20;

    /// <summary>A sum shifted with rounding half up, saturated to 16 bits, then scaled: section 3.</summary>
    /// <param name="sum">At most 2^62 in magnitude.</param>
    /// <param name="shift">0 to 40.</param>
    /// <param name="multiplier">1 to 32767.</param>
    public static int Requantize(long sum, int shift, int multiplier)
    {
        long rounded = (sum + ((1L << shift) >> 1)) >> shift;
        return Scale((int)Math.Clamp(rounded, short.MinValue, short.MaxValue), multiplier);
    }

    /// <summary>A quotient rounded half up.</summary>
    /// <param name="dividend">At most 2^62 in magnitude.</param>
    /// <param name="divisor">1 to 2^61.</param>
    public static long RoundedQuotient(long dividend, long divisor)
    {
        (long quotient, long remainder) = Math.DivRem((2 * dividend) + divisor, 2 * divisor);
        return quotient - (remainder < 0 ? 1 : 0);
    }

    /// <summary>The product with a multiplier in units of 2^-15, rounded half up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Scale(int value, int multiplier) => ((value * multiplier) + (1 << (MultiplierBits - 1))) >> MultiplierBits;

    /// <summary>The mean of a group in sixteenths, and the reciprocal of its deviation: section 6.</summary>
    /// <param name="count">Elements of the group, 1 to <see cref="MaxGroupElements"/>.</param>
    /// <param name="sum">Their sum.</param>
    /// <param name="squares">The sum of their squares.</param>
    public static (int Mean, int Reciprocal) GroupStatistics(int count, long sum, long squares)
    {
        long mean = RoundedQuotient(sum << MeanBits, count);
        ulong deviation = SquareRoot((ulong)((count * squares) - (sum * sum)));
        long reciprocal = deviation == 0 ? short.MaxValue : Math.Min(short.MaxValue, (long)(((ulong)count << DeviationBits) / deviation));
        return ((int)mean, (int)reciprocal);
    }

    /// <summary>An element of a normalised group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Normalize(int value, int mean, int reciprocal, int gain, int offset)
    {
        int product = ((((value << MeanBits) - mean) * reciprocal) + (1 << (ReciprocalBits - 1))) >> ReciprocalBits;
        return Scale(Math.Clamp(product, short.MinValue, short.MaxValue), gain) + offset;
    }

    /// <summary>The largest integer whose square is not larger.</summary>
    public static ulong SquareRoot(ulong value)
    {
        // The correctly rounded root of the rounded number is off by one at the most.
        var root = (ulong)Math.Sqrt(value);
        root = Math.Min(root, uint.MaxValue);
        if (root * root > value)
            root--;
        else if (root < uint.MaxValue && (root + 1) * (root + 1) <= value)
            root++;
        return root;
    }
}
