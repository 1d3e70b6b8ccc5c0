using System.Runtime.Intrinsics;

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

    /// <summary>Widens samples.</summary>
    public static void Widen(ReadOnlySpan<ushort> from, int* to)
    {
        for (int x = 0; x < from.Length; x++)
            to[x] = from[x];
    }

    /// <summary>Narrows samples.</summary>
    public static void Narrow(int* from, Span<ushort> to)
    {
        for (int x = 0; x < to.Length; x++)
            to[x] = (ushort)from[x];
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
