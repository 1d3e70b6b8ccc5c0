namespace Tessera.Entropy;

/// <summary>What <see cref="LaneSymbolWriter"/> needs to know of a symbol: its slots, and the reciprocal that stands for a division.</summary>
public readonly struct SymbolCode
{
    internal readonly ulong Reciprocal;
    internal readonly uint Bias;
    internal readonly uint Frequency;

    /// <summary>Makes the code of a symbol.</summary>
    /// <param name="start">The first slot, at a precision of 16.</param>
    /// <param name="frequency">The number of slots, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no such slots.</exception>
    public SymbolCode(uint start, uint frequency)
    {
        ArgumentOutOfRangeException.ThrowIfZero(frequency);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)start + frequency, 1UL << FrequencyTables.Precision, nameof(frequency));
        Frequency = frequency;

        // ceil(2^64 / f) gives the quotient of every state, f being below 2^17; for f = 1 it does not fit, and the quotient is one too small.
        bool isOne = frequency == 1;
        Reciprocal = isOne ? ulong.MaxValue : (ulong.MaxValue / frequency) + 1;
        Bias = isOne ? start + (1u << FrequencyTables.Precision) - 1 : start;
    }

    /// <summary>The code of bits, all equally likely.</summary>
    /// <param name="value">The bits, below 2^<paramref name="count"/>.</param>
    /// <param name="count">How many, 1 to 16.</param>
    /// <returns>The code.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is not 1 to 16, or the value has more bits.</exception>
    public static SymbolCode OfBits(uint value, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, FrequencyTables.Precision);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, 1u << count);
        int shift = FrequencyTables.Precision - count;
        return new(value << shift, 1u << shift);
    }
}
