using System.Runtime.CompilerServices;

namespace Tessera.Models.Classic;

/// <summary>The probability of a one in some context, learned quickly at first: 22 bits of probability, 10 bits of count.</summary>
internal static class Counter
{
    public const uint Initial = 1u << 31;
    public const int CountLimit = 255;
    public const int StationaryLimit = 1023;
    public const int CountOffset = 13;
    // float bits: reciprocal of x/8 scaled by 2^15: bits(y) = magic - bits(x)
    public const int RateMagic = unchecked((int)(0x7EF311C7u + (18u << 23)));
    private static readonly int[] Rates = BuildRates();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Adapt(ref uint counter, int bit, int limit = CountLimit)
    {
        uint value = counter;
        int count = (int)(value & 1023);
        int probability = (int)(value >> 10);
        int target = (1 << 22) - 1 & -bit;
        probability += (int)(((long)(target - probability) * Unsafe.Add(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(Rates), count)) >> 16);
        counter = ((uint)probability << 10) | (uint)Math.Min(count + 1, limit);
    }

    /// <summary>Codes a decision by its counter alone, and trains it.</summary>
    public static int Code<TCoder>(ref TCoder coder, ref uint counter, int bit, int limit = CountLimit)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        bit = coder.Code(bit, Math.Clamp(counter >> 16, 32, 65536 - 32));
        Adapt(ref counter, bit, limit);
        return bit;
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
