using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tessera.Exact.Managed;

/// <summary>Six pixels by sixteen channels at a time.</summary>
internal sealed class Avx2Kernel : X86Kernel<Avx2Vectors, Vector256<int>, Vector256<short>>;

/// <summary>Vectors of 256 bits.</summary>
internal readonly unsafe struct Avx2Vectors : IX86Vectors<Vector256<int>, Vector256<short>>
{
    public static bool IsSupported => Avx2.IsSupported;

    public static int Lanes => Vector256<int>.Count;

    public static int BlockPixels => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(int* integers) => Vector256.Load(integers);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Load(short* integers) => Vector256.Load(integers);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> LoadPair(short* pair) => Vector256.Create(*(int*)pair).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Repeat(short number) => Vector256.Create(number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(
        ref Vector256<int> lower, ref Vector256<int> upper, Vector256<short> pairs, Vector256<short> lowerWeights, Vector256<short> upperWeights)
    {
        if (AvxVnni.IsSupported)
        {
            lower = AvxVnni.MultiplyWideningAndAdd(lower, pairs, lowerWeights);
            upper = AvxVnni.MultiplyWideningAndAdd(upper, pairs, upperWeights);
        }
        else
        {
            lower += Avx2.MultiplyAddAdjacent(pairs, lowerWeights);
            upper += Avx2.MultiplyAddAdjacent(pairs, upperWeights);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Shift(Vector256<int> sums, Vector256<int> bits) => Avx2.ShiftRightArithmeticVariable(sums, bits.AsUInt32());

    // Packing takes the vectors half by half.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Pack(Vector256<int> lower, Vector256<int> upper) =>
        Avx2.Permute4x64(Avx2.PackSignedSaturate(lower, upper).AsInt64(), 0b11_01_10_00).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Scale(Vector256<short> numbers, Vector256<short> multipliers) => Avx2.MultiplyHighRoundScale(numbers, multipliers);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Clamp(Vector256<short> numbers, Vector256<short> low, Vector256<short> high) =>
        Vector256.Min(Vector256.Max(numbers, low), high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<short> numbers, short* target, int count)
    {
        if (count == Vector256<short>.Count)
        {
            numbers.Store(target);
            return;
        }

        // In pieces of 8, 4, 2 and 1: element by element, each would go through memory.
        Vector128<short> piece = numbers.GetLower();
        if ((count & 8) != 0)
        {
            piece.Store(target);
            piece = numbers.GetUpper();
            target += 8;
        }

        long left = piece.AsInt64().ToScalar();
        if ((count & 4) != 0)
        {
            *(long*)target = left;
            left = piece.AsInt64().GetElement(1);
            target += 4;
        }

        if ((count & 2) != 0)
        {
            *(int*)target = (int)left;
            left >>= 32;
            target += 2;
        }

        if ((count & 1) != 0)
            *target = (short)left;
    }
}
