using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tessera.Models;

/// <summary>
/// The probability of a one in some context, learned quickly at first and ever more slowly: 22 bits of probability above 10 bits of
/// count.
/// </summary>
internal static class Counter
{
    /// <summary>One half, never seen.</summary>
    public const uint Initial = 1u << 31;

    /// <summary>Where the count of most counters stops, so that they keep adapting.</summary>
    public const int CountLimit = 255;

    /// <summary>Where the count of counters stops whose statistics do not change.</summary>
    public const int StationaryLimit = 1023;

    /// <summary>Eight times the 1.6 that is added to the count, for the vector form of <see cref="Adapt"/>.</summary>
    public const int CountOffset = 13;

    /// <summary>
    /// The bits of a float x, taken from this, are those of about 2^18 / x: the usual constant of the reciprocal, and 18 octaves.
    /// </summary>
    public const int RateMagic = unchecked((int)(0x7EF311C7u + (18u << 23)));

    // What is left, on either side, to what was never seen: 2^-11.
    private const uint Least = 32;

    private static readonly int[] Rates = BuildRates();

    /// <summary>Whether a counter has seen nothing yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNew(uint counter) => (counter & 1023) == 0;

    /// <summary>The probability that is coded with.</summary>
    /// <returns>In units of 2^-16, at least 2^-11 from 0 and 1.</returns>
    public static uint Chance(uint counter) => Math.Clamp(counter >> 16, Least, 65536 - Least);

    /// <summary>Moves towards a decision, by 1 / (count + 1.6) of the distance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Adapt(ref uint counter, int bit, int limit = CountLimit)
    {
        uint value = counter;
        int count = (int)(value & 1023);
        int probability = (int)(value >> 10);
        int target = (1 << 22) - 1 & -bit;
        probability += (int)(((long)(target - probability) * Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Rates), count)) >> 16);
        counter = ((uint)probability << 10) | (uint)Math.Min(count + 1, limit);
    }

    private static int[] BuildRates()
    {
        // 1 / (count + 1.6)
        var rates = new int[1024];
        for (int i = 0; i < rates.Length; i++)
            rates[i] = 655360 / ((10 * i) + 16);
        return rates;
    }
}
