using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Tessera.Models.Causal;

/// <summary>Operations on the integers of several pixels at once that <see cref="Vector256"/> lacks. The results do not depend on the processor.</summary>
internal static unsafe class Lanes
{
    /// <summary>Pixels in a vector.</summary>
    public const int Count = 8;

    /// <summary>Loads eight 16-bit integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(short* values)
    {
        Vector128<short> narrow = Vector128.Load(values);
        return Avx2.IsSupported ? Avx2.ConvertToVector256Int32(narrow) : Vector256.Create(Vector128.WidenLower(narrow), Vector128.WidenUpper(narrow));
    }

    /// <summary>Stores eight integers that fit 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> values, short* target) => Vector128.Narrow(values.GetLower(), values.GetUpper()).Store(target);

    /// <summary>Shifts each integer right by its own number of bits, with its sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ShiftRight(Vector256<int> values, Vector256<int> bits)
    {
        if (Avx2.IsSupported)
            return Avx2.ShiftRightArithmeticVariable(values, bits.AsUInt32());
        if (AdvSimd.IsSupported)
            return Vector256.Create(AdvSimd.ShiftArithmetic(values.GetLower(), -bits.GetLower()), AdvSimd.ShiftArithmetic(values.GetUpper(), -bits.GetUpper()));
        Vector256<int> result = values;
        for (int i = 0; i < Count; i++)
            result = result.WithElement(i, values[i] >> bits[i]);
        return result;
    }

    /// <summary>Looks each integer up in a table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Gather(int* table, Vector256<int> index)
    {
        if (Avx2.IsSupported)
            return Avx2.GatherVector256(table, index, sizeof(int));
        Vector256<int> result = index;
        for (int i = 0; i < Count; i++)
            result = result.WithElement(i, table[index[i]]);
        return result;
    }

    /// <summary>Transposes 8 x 8 integers of 16 bits: rows that follow one another become columns of rows so far apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(short* rows, short* target, int stride)
    {
        if (Sse2.IsSupported)
        {
            Vector128<short> a = Vector128.Load(rows), b = Vector128.Load(rows + 8), c = Vector128.Load(rows + 16), d = Vector128.Load(rows + 24);
            Vector128<short> e = Vector128.Load(rows + 32), f = Vector128.Load(rows + 40), g = Vector128.Load(rows + 48), h = Vector128.Load(rows + 56);
            Vector128<int> ab = Sse2.UnpackLow(a, b).AsInt32(), cd = Sse2.UnpackLow(c, d).AsInt32(), ef = Sse2.UnpackLow(e, f).AsInt32(), gh = Sse2.UnpackLow(g, h).AsInt32();
            Four(Sse2.UnpackLow(ab, cd), Sse2.UnpackHigh(ab, cd), Sse2.UnpackLow(ef, gh), Sse2.UnpackHigh(ef, gh), target);
            (ab, cd, ef, gh) = (Sse2.UnpackHigh(a, b).AsInt32(), Sse2.UnpackHigh(c, d).AsInt32(), Sse2.UnpackHigh(e, f).AsInt32(), Sse2.UnpackHigh(g, h).AsInt32());
            Four(Sse2.UnpackLow(ab, cd), Sse2.UnpackHigh(ab, cd), Sse2.UnpackLow(ef, gh), Sse2.UnpackHigh(ef, gh), target + (4 * stride));
            return;
        }

        for (int row = 0; row < Count; row++)
        {
            for (int column = 0; column < Count; column++)
                target[(column * stride) + row] = rows[(row * Count) + column];
        }

        void Four(Vector128<int> upperLow, Vector128<int> upperHigh, Vector128<int> lowerLow, Vector128<int> lowerHigh, short* to)
        {
            Sse2.UnpackLow(upperLow.AsInt64(), lowerLow.AsInt64()).AsInt16().Store(to);
            Sse2.UnpackHigh(upperLow.AsInt64(), lowerLow.AsInt64()).AsInt16().Store(to + stride);
            Sse2.UnpackLow(upperHigh.AsInt64(), lowerHigh.AsInt64()).AsInt16().Store(to + (2 * stride));
            Sse2.UnpackHigh(upperHigh.AsInt64(), lowerHigh.AsInt64()).AsInt16().Store(to + (3 * stride));
        }
    }

    /// <summary>Looks up 16-bit integers, at places of at least 1: what is before a place is read as well, and nothing behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Gather(short* values, Vector256<int> index)
    {
        if (Avx2.IsSupported)
            return Avx2.GatherVector256((int*)(values - 1), index, sizeof(short)) >> 16;
        Vector256<int> result = index;
        for (int i = 0; i < Count; i++)
            result = result.WithElement(i, values[index[i]]);
        return result;
    }

    /// <summary>Looks up pairs of 16-bit integers, at a place and behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<int> First, Vector256<int> Second) GatherPairs(short* values, Vector256<int> index)
    {
        if (Avx2.IsSupported)
        {
            Vector256<int> pairs = Avx2.GatherVector256((int*)values, index, sizeof(short));
            return ((pairs << 16) >> 16, pairs >> 16);
        }

        Vector256<int> first = index, second = index;
        for (int i = 0; i < Count; i++)
            (first, second) = (first.WithElement(i, values[index[i]]), second.WithElement(i, values[index[i] + 1]));
        return (first, second);
    }

    /// <summary>Divides non-negative integers by positive ones, rounding down. Both are below 2^24, the dividends but for a factor that is a power of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Divide(Vector256<int> dividend, Vector256<int> divisor)
    {
        // Both are exact in floating point, and the quotient is rounded: it may have become an integer that is too large by 1.
        Vector256<int> quotient = Vector256.ConvertToInt32(Vector256.ConvertToSingle(dividend) / Vector256.ConvertToSingle(divisor));
        return quotient + Vector256.GreaterThan(quotient * divisor, dividend);
    }

    /// <summary>The binary logarithm of positive integers below 2^24, rounded down: the exponent of what they are, exactly, in floating point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Log2(Vector256<int> values, out Vector256<int> sevenBits)
    {
        Vector256<int> bits = Vector256.ConvertToSingle(values).AsInt32();
        sevenBits = (bits >> 16) & Vector256.Create(127);
        return (bits >> 23) - Vector256.Create(127);
    }

    /// <summary>Brings each integer between two bounds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Clamp(Vector256<int> values, int low, int high) =>
        Vector256.Min(Vector256.Max(values, Vector256.Create(low)), Vector256.Create(high));
}
