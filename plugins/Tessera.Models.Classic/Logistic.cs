using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tessera.Models.Classic;

/// <summary>
/// The logistic function and its inverse on integers: probabilities in units of 2^-16, log-odds ("stretched" probabilities) in units
/// of 1/256. Both tables are built by integer arithmetic alone, so that they are the same everywhere.
/// </summary>
internal static class Logistic
{
    /// <summary>The largest log-odds, 12 in natural units; p is then 1 - 6e-6.</summary>
    public const int MaxStretch = 12 * 256 - 1;

    /// <summary>The largest log-odds of a sample's decisions; p is then 1 - 5e-4.</summary>
    private const int MaxBoundedStretch = 1951;

    private const int StretchIndexBits = 12;
    private static readonly ushort[] SquashTable = BuildSquash();
    private static readonly short[] StretchTable = BuildStretch();

    /// <summary>The probability that belongs to log-odds.</summary>
    /// <param name="stretch">Log-odds; values beyond ±<see cref="MaxStretch"/> are clamped.</param>
    /// <returns>1 to 65535.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Squash(int stretch) => SquashTable[Math.Clamp(stretch, -MaxStretch, MaxStretch) + MaxStretch];

    /// <summary>The log-odds that belong to a probability.</summary>
    /// <param name="probability">0 to 65535.</param>
    /// <returns>The log-odds of the middle of the 16 probabilities that share an entry.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Stretch(uint probability) => StretchTable[probability >> (16 - StretchIndexBits)];

    /// <summary>The probability that belongs to log-odds which are clamped to ±<see cref="MaxBoundedStretch"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint SquashBounded(int stretch) =>
        SquashAt(Math.Max(Math.Min(stretch, MaxBoundedStretch), -MaxBoundedStretch) + MaxStretch);

    /// <summary>Log-odds, clamped to what a sample's decisions are held within, as places in the table of <see cref="Squash"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> BoundedPlaces(Vector256<int> stretch) =>
        Vector256.Min(Vector256.Max(stretch, Vector256.Create(-MaxBoundedStretch)), Vector256.Create(MaxBoundedStretch)) + Vector256.Create(MaxStretch);

    /// <summary>The probability at one of the <see cref="BoundedPlaces"/>, unchecked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint SquashAt(int place) => Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(SquashTable), place);

    private static ushort[] BuildSquash()
    {
        // powers[i] = e^(-i/256) in units of 2^-62, each from the one before by one rounded product.
        const int Fraction = 62;
        ulong step = 0;
        {
            // e^(-1/256) by its series; the terms fall by at least 256 each.
            UInt128 term = (UInt128)1 << Fraction;
            long sign = 1;
            Int128 sum = 0;
            for (int n = 1; term != 0; n++)
            {
                sum += sign * (Int128)term;
                term /= (UInt128)(256 * n);
                sign = -sign;
            }

            step = (ulong)sum;
        }

        var table = new ushort[(2 * MaxStretch) + 1];
        ulong power = 1UL << Fraction;
        for (int i = 0; i <= MaxStretch; i++)
        {
            UInt128 one = (UInt128)1 << Fraction;
            uint high = (uint)((((one << 17) / (one + power)) + 1) >> 1);
            high = Math.Min(high, 65535);
            table[MaxStretch + i] = (ushort)high;
            table[MaxStretch - i] = (ushort)(65536 - high);
            power = (ulong)((((UInt128)power * step) + (one >> 1)) >> Fraction);
        }

        return table;
    }

    private static short[] BuildStretch()
    {
        // The smallest log-odds whose probability is not below the middle of the entry's interval.
        var table = new short[1 << StretchIndexBits];
        int stretch = -MaxStretch;
        for (int i = 0; i < table.Length; i++)
        {
            uint middle = (uint)(i << (16 - StretchIndexBits)) + (1u << (15 - StretchIndexBits));
            while (stretch < MaxStretch && SquashTable[stretch + MaxStretch] < middle)
                stretch++;
            table[i] = (short)stretch;
        }

        return table;
    }
}
