using System.Collections.Immutable;

namespace Tessera.Models.DenseFlow;

/// <summary>
/// A unit-triangular matrix as lifting steps: each channel in turn takes in a rounded sum of channels that have not changed yet, which an inverse
/// takes away in the opposite order. It needs no stack, and costs nothing.
/// </summary>
internal sealed class TriangularFactor
{
    // Row after row, the channels before the diagonal (lower), or after it (upper).
    private readonly int[] _coefficients;
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
        _coefficients = [.. coefficients];
        if (coefficients.Length != (long)channels * (channels - 1) / 2)
            throw new ArgumentException($"A triangular factor of {channels} channels has {coefficients.Length} coefficients.", nameof(coefficients));
        for (int row = 0; row < channels; row++)
        {
            long sum = 0;
            foreach (int coefficient in Row(row))
                sum += Math.Abs((long)coefficient);
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
        if (_isUpper)
        {
            for (int row = 0; row < Channels; row++)
                values[row] = FixedPoint.Check(values[row] + Sum(row, values));
        }
        else
        {
            for (int row = Channels - 1; row >= 0; row--)
                values[row] = FixedPoint.Check(values[row] + Sum(row, values));
        }
    }

    /// <summary>The inverse of <see cref="Apply"/>.</summary>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public void Invert(Span<int> values)
    {
        if (_isUpper)
        {
            for (int row = Channels - 1; row >= 0; row--)
                values[row] = FixedPoint.Check(values[row] - Sum(row, values));
        }
        else
        {
            for (int row = 0; row < Channels; row++)
                values[row] = FixedPoint.Check(values[row] - Sum(row, values));
        }
    }

    private ReadOnlySpan<int> Row(int row)
    {
        int first = _isUpper ? (int)((long)row * ((2 * Channels) - row - 1) / 2) : (int)((long)row * (row - 1) / 2);
        return _coefficients.AsSpan(first, _isUpper ? Channels - 1 - row : row);
    }

    private long Sum(int row, ReadOnlySpan<int> values)
    {
        ReadOnlySpan<int> coefficients = Row(row), others = values.Slice(_isUpper ? row + 1 : 0, coefficients.Length);
        long sum = 0;
        for (int i = 0; i < others.Length; i++)
            sum += (long)coefficients[i] * others[i];
        return FixedPoint.Shift(sum, -FixedPoint.CoefficientBits);
    }
}
