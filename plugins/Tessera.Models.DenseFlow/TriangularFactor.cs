using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tessera.Models.DenseFlow;

/// <summary>
/// A unit-triangular matrix as lifting steps: each channel in turn takes in a rounded sum of channels that have not changed yet, which an inverse
/// takes away in the opposite order. It needs no stack, and costs nothing.
/// </summary>
/// <remarks>
/// All sums grow together, column by column: as soon as a channel is known, its products join the sums of all rows that read it. Sums are exact in any order,
/// so vectors give what single numbers do.
/// </remarks>
internal sealed class TriangularFactor
{
    // Products of a column that are made at once; columns have so many rows more than they need, at the most, and zeros there.
    private const int VectorRows = 4;

    // Column after column, each a whole number of vectors, with zeros where the shape gives the coefficients.
    private readonly int[] _columns;
    private readonly int _rows;
    private readonly bool _isUpper;

    /// <summary>Takes a matrix.</summary>
    /// <param name="channels">Rows and columns.</param>
    /// <param name="isUpper">Whether the rows hold what is right of the diagonal, or left of it.</param>
    /// <param name="coefficients">Row after row, all that is not given by the shape.</param>
    /// <exception cref="ArgumentException">There are too few or too many, or the sum of a row could overflow.</exception>
    public TriangularFactor(int channels, bool isUpper, ImmutableArray<int> coefficients)
    {
        Channels = channels;
        _isUpper = isUpper;
        if (coefficients.Length != (long)channels * (channels - 1) / 2)
            throw new ArgumentException($"A triangular factor of {channels} channels has {coefficients.Length} coefficients.", nameof(coefficients));
        _rows = (channels + VectorRows - 1) / VectorRows * VectorRows;
        _columns = new int[checked(_rows * channels)];
        int next = 0;
        for (int row = 0; row < channels; row++)
        {
            long sum = 0;
            (int first, int end) = isUpper ? (row + 1, channels) : (0, row);
            for (int column = first; column < end; column++)
            {
                int coefficient = coefficients[next++];
                sum += Math.Abs((long)coefficient);
                _columns[(column * _rows) + row] = coefficient;
            }

            if (sum >= MaxRowSum)
                throw new ArgumentException($"The coefficients of row {row} are too large.", nameof(coefficients));
        }
    }

    /// <summary>The magnitudes of a row's coefficients sum to less than this; times the largest value, less than 2^62.</summary>
    public const long MaxRowSum = 1L << 33;

    /// <summary>Rows and columns.</summary>
    public int Channels { get; }

    /// <summary>Multiplies the channels of one place by the matrix.</summary>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public void Apply(Span<int> values)
    {
        Span<long> sums = stackalloc long[_rows];
        for (int column = 0; column < Channels; column++)
            AddProducts(column, values[column], sums);
        for (int row = 0; row < values.Length; row++)
            values[row] = FixedPoint.Check(values[row] + Rounded(sums[row]));
    }

    /// <summary>The inverse of <see cref="Apply"/>.</summary>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public void Invert(Span<int> values)
    {
        Span<long> sums = stackalloc long[_rows];
        (int row, int step) = _isUpper ? (Channels - 1, -1) : (0, 1);
        for (int left = Channels; left > 0; left--, row += step)
        {
            int value = FixedPoint.Check(values[row] - Rounded(sums[row]));
            values[row] = value;
            AddProducts(row, value, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Rounded(long sum) => FixedPoint.Shift(sum, -FixedPoint.CoefficientBits);

    /// <summary>Adds a channel's products to the sums of the rows that read it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddProducts(int column, int value, Span<long> sums)
    {
        // Whole vectors of rows: the coefficients of others are 0.
        (int first, int end) = _isUpper ? (0, column) : ((column + 1) / VectorRows * VectorRows, _rows);
        ReadOnlySpan<int> coefficients = _columns.AsSpan(column * _rows, _rows);
        if (Avx2.IsSupported)
        {
            ref int from = ref MemoryMarshal.GetReference(coefficients);
            ref long to = ref MemoryMarshal.GetReference(sums[.._rows]);
            Vector256<int> factor = Vector256.Create(value);
            for (int row = first; row < end; row += VectorRows)
            {
                Vector256<long> own = Avx2.ConvertToVector256Int64(Vector128.LoadUnsafe(ref from, (nuint)row));
                (Vector256.LoadUnsafe(ref to, (nuint)row) + Avx2.Multiply(own.AsInt32(), factor)).StoreUnsafe(ref to, (nuint)row);
            }

            return;
        }

        for (int row = first; row < end; row++)
            sums[row] += (long)coefficients[row] * value;
    }
}
