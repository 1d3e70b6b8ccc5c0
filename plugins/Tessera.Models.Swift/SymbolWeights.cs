using System.Numerics;
using Tessera.Entropy;

namespace Tessera.Models.Swift;

/// <summary>The distribution of a table as it is sent: each symbol's weight on a logarithmic scale, of four steps to the octave, or 0 for none.</summary>
internal static class SymbolWeights
{
    /// <summary>The largest weight.</summary>
    public const int Largest = 80;

    private const int StepBits = 2;
    private const int Steps = 1 << StepBits;

    private const uint All = 1u << FrequencyTables.Precision;

    /// <summary>What a weight stands for.</summary>
    public static uint Value(int weight) => weight == 0 ? 0 : (uint)(Steps + ((weight - 1) & (Steps - 1))) << ((weight - 1) >> StepBits);

    /// <summary>The weights of counts.</summary>
    public static void FromCounts(ReadOnlySpan<uint> counts, Span<byte> weights)
    {
        ulong total = 0;
        foreach (uint count in counts)
            total += count;
        for (int symbol = 0; symbol < counts.Length; symbol++)
            weights[symbol] = counts[symbol] == 0 ? (byte)0 : Nearest(((ulong)counts[symbol] << (FrequencyTables.Precision + StepBits)) / total);
    }

    /// <summary>The frequencies that weights give, with the sum 2^16.</summary>
    /// <exception cref="TesseraFormatException">There is no weight, or the largest is not large enough for the rest.</exception>
    public static void ToFrequencies(ReadOnlySpan<byte> weights, Span<uint> frequencies)
    {
        ulong total = 0;
        int largest = 0;
        for (int symbol = 0; symbol < weights.Length; symbol++)
        {
            total += Value(weights[symbol]);
            if (weights[symbol] > weights[largest])
                largest = symbol;
        }

        if (total == 0)
            throw new TesseraFormatException("A table of the swift model has no symbols.");
        uint sum = 0;
        for (int symbol = 0; symbol < weights.Length; symbol++)
        {
            ulong value = Value(weights[symbol]);
            uint frequency = value == 0 ? 0 : Math.Max(1, (uint)(value * All / total));
            frequencies[symbol] = frequency;
            sum += frequency;
        }

        long rest = frequencies[largest] + (long)All - sum;
        if (rest < 1)
            throw new TesseraFormatException("The weights of a table of the swift model leave nothing to the largest.");
        frequencies[largest] = (uint)rest;
    }

    private static byte Nearest(ulong value)
    {
        if (value <= Steps)
            return 1;
        int octave = BitOperations.Log2(value) - StepBits;

        // Half a step is added; a carry leads to the next octave's first step.
        ulong steps = ((value << 1 >> octave) + 1) >> 1;
        return (byte)(1 + (octave << StepBits) + (int)(steps - Steps));
    }
}
