using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tessera.Models.Classic;

/// <summary>Coarse measures of errors and energies, for contexts. Errors are in eighths of a step at 8 bits of depth.</summary>
internal static class Quantize
{
    /// <summary>Levels of <see cref="Signed"/>.</summary>
    public const int SignedLevels = 9;

    /// <summary>Levels of <see cref="Log"/>: quarter octaves up to 2^12.</summary>
    public const int LogLevels = 49;

    private static readonly byte[] LogTable = BuildLog();

    /// <summary>Quarter octaves: round(4 log2(value + 1)), to the nearest by integer comparison.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Log(int value) => LogTable[Math.Min((uint)value, 4095u)];

    /// <summary>An error's sign and rough size, 0 to 8; 4 is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Signed(int error)
    {
        uint magnitude = (uint)Math.Abs(error);
        int level = (magnitude >= 4 ? 1 : 0) + (magnitude >= 16 ? 1 : 0) + (magnitude >= 40 ? 1 : 0) + (magnitude >= 96 ? 1 : 0);
        return 4 + (error < 0 ? -level : level);
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
