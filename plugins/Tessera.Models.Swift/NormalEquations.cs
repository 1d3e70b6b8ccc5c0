using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tessera.Models.Swift;

/// <summary>
/// Least squares: collects features and what they are to give, and finds the factors. Sums are of integers, so that they do not depend on the
/// processor's vectors.
/// </summary>
internal sealed unsafe class NormalEquations
{
    /// <summary>The most observations that are collected before they are summed up.</summary>
    public const int Block = 512;

    // What draws the factors to what is expected of them, as a share of each feature's squares, and in units of squares.
    private const double RelativePull = 1e-4;
    private const double Pull = 64;

    private readonly int _features;
    private readonly short[] _values;
    private readonly short* _first;
    private readonly long[] _sums;

    /// <param name="features">How many features there are.</param>
    public NormalEquations(int features)
    {
        _features = features;
        _values = GC.AllocateArray<short>((features + 1) * Block, pinned: true);
        _first = (short*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _values[0]);
        _sums = new long[(features + 1) * (features + 1)];
    }

    /// <summary>The block's values of a feature, or, after the last one, of the target.</summary>
    public short* Values(int feature) => _first + (feature * Block);

    /// <summary>Forgets everything.</summary>
    public void Clear() => Array.Clear(_sums);

    /// <summary>Sums up a block.</summary>
    /// <param name="count">How many observations it has.</param>
    public void Add(int count)
    {
        for (int i = 0; i <= _features; i++)
        {
            for (int j = 0; j <= i; j++)
                _sums[(i * (_features + 1)) + j] += Dot(Values(i), Values(j), count);
        }
    }

    /// <summary>Finds the factors.</summary>
    /// <param name="factors">What is expected; takes what was found.</param>
    public void Solve(Span<double> factors)
    {
        int n = _features;
        var rows = new double[n, n + 1];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                rows[i, j] = _sums[(Math.Max(i, j) * (n + 1)) + Math.Min(i, j)];
            double pull = Pull + (RelativePull * rows[i, i]);
            rows[i, i] += pull;
            rows[i, n] = _sums[(n * (n + 1)) + i] + (pull * factors[i]);
        }

        // The matrix is positive definite: no pivots are needed.
        for (int i = 0; i < n; i++)
        {
            for (int k = i + 1; k < n; k++)
            {
                double factor = rows[k, i] / rows[i, i];
                for (int j = i; j <= n; j++)
                    rows[k, j] -= factor * rows[i, j];
            }
        }

        for (int i = n - 1; i >= 0; i--)
        {
            double sum = rows[i, n];
            for (int j = i + 1; j < n; j++)
                sum -= rows[i, j] * factors[j];
            factors[i] = sum / rows[i, i];
        }
    }

    private static long Dot(short* a, short* b, int count)
    {
        int sum = 0, i = 0;
        if (Avx2.IsSupported)
        {
            Vector256<int> sums = Vector256<int>.Zero;
            for (; i <= count - Vector256<short>.Count; i += Vector256<short>.Count)
                sums += Avx2.MultiplyAddAdjacent(Vector256.Load(a + i), Vector256.Load(b + i));
            sum = Vector256.Sum(sums);
        }

        for (; i < count; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
