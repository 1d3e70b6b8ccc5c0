using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tessera.Models.Classic;

/// <summary>Coarse measures of errors and energies, for contexts. Errors are in eighths of a step at 8 bits of depth.</summary>
internal static class Quantize
{
    /// <summary>Levels of <see cref="Signed(int)"/>.</summary>
    public const int SignedLevels = 9;

    /// <summary>The level of <see cref="Signed(int)"/> for no error.</summary>
    public const int SignedNone = 4;

    /// <summary>Levels of <see cref="Log"/>: quarter octaves up to 2^12.</summary>
    public const int LogLevels = 49;

    /// <summary>Coarse levels.</summary>
    public const int CoarseLevels = 8;

    // Errors from 4, 16, 40 and 96 eighths on, in units of four, are one level further from none.
    private const int Step1 = 1, Step2 = 4, Step3 = 10, Step4 = 24;
    // Levels, and above them in each entry the coarse ones.
    private static readonly ushort[] LogTable = BuildLog();

    /// <summary>Quarter octaves: round(4 log2(value + 1)), to the nearest by integer comparison.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Log(int value) => (byte)Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(LogTable), Math.Min((uint)value, 4095u));

    /// <summary>The same, and a fifth of it, at most 7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int Level, int Coarse) LogAndCoarse(int value)
    {
        int entry = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(LogTable), Math.Min((uint)value, 4095u));
        return (entry & 255, entry >> 8);
    }

    /// <summary>The sign and rough size of errors, 0 to 8; 4 is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Signed(Vector256<int> errors)
    {
        Vector256<int> steps = errors >> 2;
        Vector256<int> sign = steps >> 31;
        Vector256<int> magnitude = steps ^ sign;
        Vector256<int> negatedLevel = Vector256.GreaterThan(magnitude, Vector256.Create(Step1 - 1))
            + Vector256.GreaterThan(magnitude, Vector256.Create(Step2 - 1))
            + Vector256.GreaterThan(magnitude, Vector256.Create(Step3 - 1))
            + Vector256.GreaterThan(magnitude, Vector256.Create(Step4 - 1));
        return Vector256.Create(SignedNone) - ((negatedLevel ^ sign) - sign);
    }

    /// <summary>The same of one error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Signed(int error) => Signed(Vector256.CreateScalarUnsafe(error)).ToScalar();

    /// <summary>The magnitude of a number that is not int.MinValue, without a branch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Abs(int value) => (value ^ (value >> 31)) - (value >> 31);

    private static ushort[] BuildLog()
    {
        var table = new ushort[4096];
        for (int i = 0; i < table.Length; i++)
        {
            // The largest q with (i + 1)^8 >= 2^(2q - 1) is 4 log2(i + 1), rounded.
            BigInteger power = BigInteger.Pow(i + 1, 8);
            int q = 0;
            while (power >= BigInteger.One << ((2 * q) + 1))
                q++;
            table[i] = (ushort)(q | (Math.Min(q / 5, CoarseLevels - 1) << 8));
        }

        return table;
    }
}
