using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tessera.Models.Classic;

/// <summary>Coarse measures of errors and energies, for contexts. Errors are in eighths of a step at 8 bits of depth.</summary>
internal static class Quantize
{
    /// <summary>Levels of <see cref="Signed"/>.</summary>
    public const int SignedLevels = 9;

    /// <summary>The level of <see cref="Signed"/> for no error.</summary>
    public const int SignedNone = 4;

    /// <summary>Levels of <see cref="Log"/>: quarter octaves up to 2^12.</summary>
    public const int LogLevels = 49;

    private const int SignedReach = 32;
    private static readonly byte[] LogTable = BuildLog();
    private static readonly byte[] SignedTable = BuildSigned();

    /// <summary>Quarter octaves: round(4 log2(value + 1)), to the nearest by integer comparison.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Log(int value) => Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(LogTable), Math.Min((uint)value, 4095u));

    /// <summary>An error's sign and rough size, 0 to 8; 4 is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Signed(int error) =>
        Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(SignedTable), Math.Clamp(error >> 2, -SignedReach, SignedReach - 1) + SignedReach);

    /// <summary>The magnitude of a number that is not int.MinValue, without a branch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Abs(int value) => (value ^ (value >> 31)) - (value >> 31);

    private static byte[] BuildSigned()
    {
        var table = new byte[2 * SignedReach];
        for (int i = 0; i < SignedReach; i++)
        {
            // Errors from 4, 16, 40 and 96 eighths on.
            int level = i >= 24 ? 4 : i >= 10 ? 3 : i >= 4 ? 2 : i >= 1 ? 1 : 0;
            table[SignedReach + i] = (byte)(4 + level);
            table[SignedReach - 1 - i] = (byte)(4 - level);
        }

        return table;
    }

    private static byte[] BuildLog()
    {
        var table = new byte[4096];
        for (int i = 0; i < table.Length; i++)
        {
            // The largest q with (i + 1)^8 >= 2^(2q - 1) is 4 log2(i + 1), rounded.
            BigInteger power = BigInteger.Pow(i + 1, 8);
            int q = 0;
            while (power >= BigInteger.One << ((2 * q) + 1))
                q++;
            table[i] = (byte)q;
        }

        return table;
    }
}
