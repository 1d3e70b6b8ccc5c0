using System.Runtime.Intrinsics;

namespace Tessera.Png;

/// <summary>
/// Filters rows: of the five filters it takes the one with the smallest sum of absolute differences, the differences taken as signed
/// bytes. Rows of fewer than 8 bits a sample are best left unfiltered, as the specification advises.
/// </summary>
internal sealed class PngFilterChooser
{
    // Zeros before each row stand for the pixel to the left of the first.
    private const int Margin = 8;

    private readonly int _step;
    private readonly bool _unfiltered;
    private readonly byte[] _trial;
    private byte[] _row;
    private byte[] _above;

    public PngFilterChooser(PngHeader header)
    {
        int rowBytes = (int)header.RowBytes(header.Width);
        _step = header.FilterStep;
        _unfiltered = header.BitDepth < 8;
        _row = new byte[Margin + rowBytes];
        _above = new byte[Margin + rowBytes];
        _trial = new byte[rowBytes];
    }

    /// <summary>The row to be filtered next, without its filter byte; to be filled in before each call of <see cref="Filter"/>.</summary>
    public Span<byte> Row => _row.AsSpan(Margin);

    /// <summary>Filters the row and goes to the next.</summary>
    /// <param name="line">Gets the filter byte and the filtered row.</param>
    public void Filter(Span<byte> line)
    {
        if (_unfiltered)
        {
            line[0] = (byte)PngFilterType.None;
            Row.CopyTo(line[1..]);
            return;
        }

        Span<byte> target = line[1..];
        line[0] = (byte)PngFilterType.None;
        long best = Apply<NonePredictor>(target);
        Try<SubPredictor>(PngFilterType.Sub, line, ref best);
        Try<UpPredictor>(PngFilterType.Up, line, ref best);
        Try<AveragePredictor>(PngFilterType.Average, line, ref best);
        Try<PaethPredictor>(PngFilterType.Paeth, line, ref best);
        (_row, _above) = (_above, _row);
    }

    private void Try<TPredictor>(PngFilterType filter, Span<byte> line, ref long best)
        where TPredictor : struct, IPngPredictor
    {
        long cost = Apply<TPredictor>(_trial);
        if (cost >= best)
            return;
        best = cost;
        line[0] = (byte)filter;
        _trial.CopyTo(line[1..]);
    }

    /// <summary>Subtracts the predictions.</summary>
    /// <returns>The sum of absolute differences.</returns>
    private long Apply<TPredictor>(Span<byte> target)
        where TPredictor : struct, IPngPredictor
    {
        ReadOnlySpan<byte> row = _row.AsSpan(Margin), above = _above.AsSpan(Margin);
        ReadOnlySpan<byte> left = _row.AsSpan(Margin - _step), aboveLeft = _above.AsSpan(Margin - _step);
        int i = 0;
        long cost = 0;
        while (i <= target.Length - Vector128<byte>.Count)
        {
            // Absolute differences are at most 128: lanes of 16 bits hold the sums of 255 steps of two.
            Vector128<ushort> sums = default;
            int end = Math.Min(target.Length - Vector128<byte>.Count, i + (254 * Vector128<byte>.Count));
            for (; i <= end; i += Vector128<byte>.Count)
            {
                Vector128<byte> difference = Vector128.Create(row[i..])
                    - TPredictor.Predict(Vector128.Create(left[i..]), Vector128.Create(above[i..]), Vector128.Create(aboveLeft[i..]));
                difference.CopyTo(target[i..]);
                Vector128<byte> magnitude = Vector128.Min(difference, Vector128<byte>.Zero - difference);
                sums += Vector128.WidenLower(magnitude) + Vector128.WidenUpper(magnitude);
            }

            (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(sums);
            cost += Vector128.Sum(low + high);
        }

        for (; i < target.Length; i++)
        {
            target[i] = (byte)(row[i] - TPredictor.Predict(left[i], above[i], aboveLeft[i]));
            cost += Math.Abs((int)(sbyte)target[i]);
        }

        return cost;
    }
}
