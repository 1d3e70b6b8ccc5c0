using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tessera.Models.Swift;

/// <summary>A row of numbers and what each of them is multiplied with.</summary>
internal readonly unsafe struct Term(int* row, int factor)
{
    public readonly int* Row = row;
    public readonly int Factor = factor;
}

/// <summary>
/// Arithmetic on rows of 32-bit integers, which wraps. Rows are read and written in whole vectors, up to 15 numbers past their end.
/// </summary>
internal static unsafe class RowMath
{
    /// <summary>Sums up products.</summary>
    public static void WeightedSum(ReadOnlySpan<Term> terms, int addend, int* sums, int count)
    {
        fixed (Term* first = terms)
        {
            Term* end = first + terms.Length;
            if (Vector512.IsHardwareAccelerated)
            {
                for (int x = 0; x < count; x += Vector512<int>.Count)
                {
                    Vector512<int> sum = Vector512.Create(addend);
                    for (Term* term = first; term < end; term++)
                        sum += Vector512.Load(term->Row + x) * term->Factor;
                    sum.Store(sums + x);
                }

                return;
            }

            for (int x = 0; x < count; x += Vector256<int>.Count)
            {
                Vector256<int> sum = Vector256.Create(addend);
                for (Term* term = first; term < end; term++)
                    sum += Vector256.Load(term->Row + x) * term->Factor;
                sum.Store(sums + x);
            }
        }
    }

    /// <summary>|x[i] - x[i - 1]|.</summary>
    public static void Steps(int* samples, int* steps, int count)
    {
        for (int x = 0; x < count; x += Vector256<int>.Count)
            Vector256.Abs(Vector256.Load(samples + x) - Vector256.Load(samples + x - 1)).Store(steps + x);
    }

    /// <summary>|W - NW|.</summary>
    public static void Drops(int* samples, int* above, int* drops, int count)
    {
        for (int x = 0; x < count; x += Vector256<int>.Count)
            Vector256.Abs(Vector256.Load(samples + x - 1) - Vector256.Load(above + x - 1)).Store(drops + x);
    }

    /// <summary>The median of W, N and W + N - NW.</summary>
    public static void Medians(int* samples, int* above, int* medians, int count)
    {
        for (int x = 0; x < count; x += Vector256<int>.Count)
        {
            Vector256<int> w = Vector256.Load(samples + x - 1), n = Vector256.Load(above + x), nw = Vector256.Load(above + x - 1);
            Vector256<int> low = Vector256.Min(w, n), high = Vector256.Max(w, n);
            Vector256.Min(Vector256.Max(w + n - nw, low), high).Store(medians + x);
        }
    }

    /// <summary>Differences, shifted right, as 16-bit numbers.</summary>
    public static void Differences(int* values, int* less, short* differences, int count, int shift)
    {
        for (int x = 0; x < count; x += Vector256<short>.Count)
        {
            Vector256<int> low = (Vector256.Load(values + x) - Vector256.Load(less + x)) >> shift;
            Vector256<int> high = (Vector256.Load(values + x + Vector256<int>.Count) - Vector256.Load(less + x + Vector256<int>.Count)) >> shift;
            Vector256.Narrow(low, high).Store(differences + x);
        }
    }

    /// <summary>Puts the numbers of four rows side by side.</summary>
    public static void Interleave(int* a, int* b, int* c, int* d, int* to, int count)
    {
        for (int x = 0; x < count; x += Vector128<int>.Count)
        {
            (Vector128<int> low, Vector128<int> high, Vector128<int> low2, Vector128<int> high2) =
                Transpose(Vector128.Load(a + x), Vector128.Load(b + x), Vector128.Load(c + x), Vector128.Load(d + x));
            int* pixels = to + (x * 4);
            low.Store(pixels);
            high.Store(pixels + 4);
            low2.Store(pixels + 8);
            high2.Store(pixels + 12);
        }
    }

    /// <summary>Undoes <see cref="Interleave"/>.</summary>
    public static void Deinterleave(int* from, int* a, int* b, int* c, int* d, int count)
    {
        for (int x = 0; x < count; x += Vector128<int>.Count)
        {
            int* pixels = from + (x * 4);
            (Vector128<int> first, Vector128<int> second, Vector128<int> third, Vector128<int> fourth) =
                Transpose(Vector128.Load(pixels), Vector128.Load(pixels + 4), Vector128.Load(pixels + 8), Vector128.Load(pixels + 12));
            first.Store(a + x);
            second.Store(b + x);
            third.Store(c + x);
            fourth.Store(d + x);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<int> A, Vector128<int> B, Vector128<int> C, Vector128<int> D) Transpose(
        Vector128<int> a, Vector128<int> b, Vector128<int> c, Vector128<int> d)
    {
        Vector128<int> abLow = Zip(a, b, high: false), abHigh = Zip(a, b, high: true), cdLow = Zip(c, d, high: false), cdHigh = Zip(c, d, high: true);
        return (
            Vector128.Create(abLow.GetLower(), cdLow.GetLower()), Vector128.Create(abLow.GetUpper(), cdLow.GetUpper()),
            Vector128.Create(abHigh.GetLower(), cdHigh.GetLower()), Vector128.Create(abHigh.GetUpper(), cdHigh.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Zip(Vector128<int> a, Vector128<int> b, bool high)
    {
        if (Sse2.IsSupported)
            return high ? Sse2.UnpackHigh(a, b) : Sse2.UnpackLow(a, b);
        return high ? Vector128.Create(a[2], b[2], a[3], b[3]) : Vector128.Create(a[0], b[0], a[1], b[1]);
    }

    /// <summary>Widens samples.</summary>
    public static void Widen(ReadOnlySpan<ushort> from, int* to)
    {
        fixed (ushort* samples = from)
        {
            int x = 0;
            for (; x <= from.Length - Vector128<ushort>.Count; x += Vector128<ushort>.Count)
            {
                (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(Vector128.Load(samples + x));
                low.AsInt32().Store(to + x);
                high.AsInt32().Store(to + x + Vector128<int>.Count);
            }

            for (; x < from.Length; x++)
                to[x] = samples[x];
        }
    }

    /// <summary>Narrows samples.</summary>
    public static void Narrow(int* from, Span<ushort> to)
    {
        fixed (ushort* samples = to)
        {
            int x = 0;
            for (; x <= to.Length - Vector128<ushort>.Count; x += Vector128<ushort>.Count)
                Vector128.Narrow(Vector128.Load(from + x).AsUInt32(), Vector128.Load(from + x + Vector128<int>.Count).AsUInt32()).Store(samples + x);
            for (; x < to.Length; x++)
                samples[x] = (ushort)from[x];
        }
    }

    /// <summary>
    /// What remains of samples when they are predicted: the error as a folded number, its magnitude, and the fraction of the prediction.
    /// </summary>
    /// <param name="samples">The samples.</param>
    /// <param name="sums">The predictions, with fractional bits, rounded up by a half; takes the folded errors, shifted left by 2, and fractions.</param>
    /// <param name="errors">Takes the magnitudes.</param>
    /// <param name="count">How many.</param>
    /// <param name="depth">Bits of a sample.</param>
    public static void Residuals(int* samples, int* sums, int* errors, int count, int depth)
    {
        int precision = PlanePlan.Precision(depth);
        Vector256<int> highest = Vector256.Create((1 << (depth + precision)) - 1);
        for (int x = 0; x < count; x += Vector256<int>.Count)
        {
            Vector256<int> sum = Vector256.Min(Vector256.Max(Vector256.Load(sums + x), Vector256<int>.Zero), highest);
            Vector256<int> error = ((Vector256.Load(samples + x) - (sum >> precision)) << (32 - depth)) >> (32 - depth);
            Vector256<int> folded = (error << 1) ^ (error >> 31);
            Vector256<int> fraction = (sum >> (precision - PlanePlan.FractionBits)) & Vector256.Create(PlanePlan.Fractions - 1);
            ((folded << PlanePlan.FractionBits) | fraction).Store(sums + x);
            ((folded + Vector256<int>.One) >> 1).Store(errors + x);
        }
    }
}
