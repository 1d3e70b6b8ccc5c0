using System.Numerics;

namespace Tessera.Entropy;

/// <summary>
/// The code of how far a value lies beyond the end of its table: Exp-Golomb, cut off so that it is complete. (Bits-back pops from bits
/// that mean nothing; every sequence of them must therefore be the code of something.)
/// </summary>
/// <remarks>
/// With u = excess + 2^order, which is below 2^20, the code is the number of bits of u over order + 1 in unary, as ones and then a zero
/// unless u has the most bits possible, and then all bits of u but the leading one.
/// </remarks>
internal static class ExcessCode
{
    /// <summary>The number of bits of u is at most this.</summary>
    private const int MaxBits = 20;

    /// <summary>The largest excess that has a code.</summary>
    public static int MaxExcess(int order) => (1 << MaxBits) - 1 - (1 << order);

    public static void Push(AnsStack stack, uint excess, int order)
    {
        (uint suffix, int suffixBits) = Split(excess, order);
        stack.PushBits(suffix, suffixBits);
        (uint prefix, int prefixBits) = Prefix(suffixBits, order);

        // The first bit to be popped is the last to be pushed.
        for (int i = 0; i < prefixBits; i++)
            stack.PushBits((prefix >> i) & 1, 1);
    }

    public static void Write(LaneEncoder encoder, uint excess, int order)
    {
        (uint suffix, int suffixBits) = Split(excess, order);
        (uint prefix, int prefixBits) = Prefix(suffixBits, order);
        for (int i = prefixBits - 1; i >= 0; i--)
            encoder.WriteBits((prefix >> i) & 1, 1);
        encoder.WriteBits(suffix, suffixBits);
    }

    public static uint Read<TSource>(ref TSource source, int order)
        where TSource : IBitSource, allows ref struct
    {
        int suffixBits = order;
        while (suffixBits < MaxBits - 1 && source.TakeBits(1) != 0)
            suffixBits++;
        return (1u << suffixBits) + source.TakeBits(suffixBits) - (1u << order);
    }

    private static (uint Suffix, int Bits) Split(uint excess, int order)
    {
        uint u = excess + (1u << order);
        int bits = BitOperations.Log2(u);
        return (u - (1u << bits), bits);
    }

    /// <summary>The unary number, its first bit the highest.</summary>
    private static (uint Prefix, int Bits) Prefix(int suffixBits, int order)
    {
        int ones = suffixBits - order;
        uint prefix = (1u << ones) - 1;
        return suffixBits == MaxBits - 1 ? (prefix, ones) : (prefix << 1, ones + 1);
    }
}
