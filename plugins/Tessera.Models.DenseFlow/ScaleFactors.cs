using System.Runtime.CompilerServices;

namespace Tessera.Models.DenseFlow;

/// <summary>The factors of a coupling's scales: number n stands for the scale 2^(n/32).</summary>
internal static class ScaleFactors
{
    /// <summary>Numbers are at most this in magnitude, which is three octaves.</summary>
    public const int MaxNumber = 3 * StepsPerOctave;

    private const int StepsPerOctave = 32;
    private const int StepBits = 30;
    private static readonly uint[] Factors = [.. Enumerable.Range(-MaxNumber, (2 * MaxNumber) + 1).Select(Compute)];

    // 2^(30 + i/32), rounded.
    private static ReadOnlySpan<uint> Steps =>
    [
        1073741824, 1097253708, 1121280436, 1145833280, 1170923762, 1196563654, 1222764986, 1249540052,
        1276901417, 1304861917, 1333434672, 1362633090, 1392470869, 1422962010, 1454120821, 1485961921,
        1518500250, 1551751076, 1585730000, 1620452965, 1655936265, 1692196547, 1729250827, 1767116489,
        1805811301, 1845353420, 1885761398, 1927054196, 1969251188, 2012372174, 2056437387, 2101467502,
    ];

    /// <summary>Gives the factor of a number, which is first brought into the range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(int number) => Factors[Math.Clamp(number, -MaxNumber, MaxNumber) + MaxNumber];

    private static uint Compute(int number)
    {
        int shift = StepBits - ModularScale.DivisorBits - (number >> 5);
        return (Steps[number & (StepsPerOctave - 1)] + (1u << (shift - 1))) >> shift;
    }
}
