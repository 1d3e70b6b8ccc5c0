using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tessera.Models.Causal;

/// <summary>
/// Recursive least squares in integers (<c>spec/causal.md</c>, section 4): predicts the pixels of a tile linearly from their neighbours, with
/// weights that follow the image. Each pixel makes one round of Gauss-Seidel on its normal equations, from the weights of its neighbours.
/// </summary>
/// <remarks>State is kept row by row of the tile, one array for each number; all pixels of a step are neighbours in it.</remarks>
internal sealed unsafe class LeastSquares : IDisposable
{
    /// <summary>Channels.</summary>
    public const int Channels = 3;

    /// <summary>Fractional bits of predictions.</summary>
    public const int FractionBits = 3;

    private const int NeighbourCount = 14;
    private const int Count = NeighbourCount + Channels;
    private const int Moments = Count * (Count + 1) / 2;
    private const int WeightBits = 12;
    private const int WeightLimit = (1 << 14) - 1;
    private const int MomentLimit = short.MaxValue;
    private const int MomentBits = 7;
    private const int ForgetBits = 4;
    private const int Ridge = 5;
    private const int Energy = 100;
    private const int PredictionShift = WeightBits - FractionBits;

    // Row y is at y + 1; what is in front stands for the row above the tile, and what is behind the last row is written and never read.
    private const int Stride = History.MaxSide + 1 + 23;

    private static readonly Neighbour _west = new(0, -1), _north = new(-1, 0), _northWest = new(-1, -1);

    private static readonly ImmutableArray<(int Channel, Neighbour Place)> _neighbours =
    [
        (0, _west), (0, _north), (0, _northWest), (0, new(-1, 1)), (0, new(0, -2)), (0, new(-2, 0)),
        (1, _west), (1, _north), (1, _northWest), (1, new(-1, 1)),
        (2, _west), (2, _north), (2, _northWest), (2, new(-1, 1)),
    ];

    private static readonly int[] _reciprocals = GC.AllocateArray<int>(128, pinned: true);
    private static readonly int[] _roots = GC.AllocateArray<int>(256, pinned: true);
    private static readonly int* _reciprocalTable, _rootTable;

    private readonly NativeArray<int> _left = new(Moments * Stride);
    private readonly NativeArray<int> _up = new(Moments * Stride);
    private readonly NativeArray<int> _weights = new(Channels * Count * Stride);
    private readonly NativeArray<int> _differences = new(Count * Stride);
    private readonly NativeArray<int> _centers = new(Channels * Stride);
    private readonly NativeArray<int> _totals = new(Channels * Stride);
    private int _first, _end;

    static LeastSquares()
    {
        for (int i = 0; i < 128; i++)
            _reciprocals[i] = (1 << 21) / (128 + i);
        for (int i = 64; i < 256; i++)
            _roots[i] = RoundedReciprocalRoot(i);
        _reciprocalTable = (int*)Unsafe.AsPointer(ref _reciprocals[0]);
        _rootTable = (int*)Unsafe.AsPointer(ref _roots[0]);
    }

    /// <summary>Begins a tile.</summary>
    public void Reset()
    {
        _left.Span.Clear();
        _up.Span.Clear();
        _weights.Span.Clear();
    }

    /// <summary>Finds the weights of a step's pixels.</summary>
    /// <param name="history">The steps before.</param>
    /// <param name="step">The step.</param>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row after the last.</param>
    /// <param name="blind">
    /// Takes predictions of each channel from neighbours alone, in eighths; rows from row <paramref name="first"/> on, channels
    /// <paramref name="blindStride"/> apart.
    /// </param>
    /// <param name="blindStride">Elements from a channel to the next.</param>
    public void Begin(History history, int step, int first, int end, int* blind, int blindStride)
    {
        (_first, _end) = (first, end);
        if (step % Wave.Slant == 0 && end - 1 == step / Wave.Slant)
            BeginRow(end - 1);

        // From below: a row takes its weights from what the row above it had a step ago.
        int blocks = (end - first + Lanes.Count - 1) / Lanes.Count;
        for (int block = blocks - 1; block >= 0; block--)
        {
            int row = first + (block * Lanes.Count);
            Measure(history, step, row);
            Solve(row);
            Predict(row, blind + (row - first), blindStride);
        }

        for (int i = 0; i < Channels * Count; i++)
            _weights.Pointer[i * Stride] = _weights.Pointer[(i * Stride) + 1];
    }

    /// <summary>The prediction of one pixel's channel from its neighbours and its channels before, in eighths.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="row">The row of the step's pixel.</param>
    /// <returns>The prediction.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Informed(int channel, int row)
    {
        int total = _totals.Pointer[(channel * Stride) + row + 1];
        for (int other = 0; other < channel; other++)
            total += _weights.Pointer[((((channel * Count) + NeighbourCount + other) * Stride) + row + 1)] * _differences.Pointer[((NeighbourCount + other) * Stride) + row + 1];
        int prediction = (_centers.Pointer[(channel * Stride) + row + 1] << FractionBits) + ((total + (1 << (PredictionShift - 1))) >> PredictionShift);
        return Math.Clamp(prediction, Lowest(channel), Highest);
    }

    /// <summary>Tells what a pixel's channel is.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="row">The row of the step's pixel.</param>
    /// <param name="value">Its value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Reveal(int channel, int row, int value) =>
        _differences.Pointer[((NeighbourCount + channel) * Stride) + row + 1] = value - _centers.Pointer[(channel * Stride) + row + 1];

    /// <summary>Tells a step's samples of a channel that is 0 everywhere.</summary>
    public void RevealNothing(int channel)
    {
        for (int row = _first; row < _end; row++)
            Reveal(channel, row, 0);
    }

    /// <summary>Learns from a step whose pixels are all known.</summary>
    public void End()
    {
        int* normal = stackalloc int[Count * Lanes.Count];
        int blocks = (_end - _first + Lanes.Count - 1) / Lanes.Count;
        for (int block = blocks - 1; block >= 0; block--)
        {
            int slot = _first + (block * Lanes.Count) + 1;
            int* differences = _differences.Pointer + slot;
            Vector256<int> energy = Vector256.Create(Energy);
            for (int k = 0; k < Count; k++)
            {
                var difference = Vector256.Load(differences + (k * Stride));
                energy += difference * difference;
            }

            Vector256<int> half = Lanes.Log2(energy, out _) >> 1;
            Vector256<int> root = Lanes.Gather(_rootTable, Lanes.ShiftRight(energy, half + half - Vector256.Create(6)));
            for (int k = 0; k < Count; k++)
            {
                Vector256<int> scaled = Vector256.Load(differences + (k * Stride)) * root;
                Lanes.ShiftRight(scaled + Lanes.ShiftRight(Vector256.Create(1 << 11), Vector256.Create(12) - half), half).Store(normal + (k * Lanes.Count));
            }

            int* left = _left.Pointer + slot;
            int* up = _up.Pointer + slot;
            for (int i = 0; i < Count; i++)
            {
                var one = Vector256.Load(normal + (i * Lanes.Count));
                for (int j = 0; j <= i; j++, left += Stride, up += Stride)
                {
                    var sum = Vector256.Load(left);
                    sum += ((one * Vector256.Load(normal + (j * Lanes.Count))) >> 8) - (sum >> ForgetBits);
                    sum.Store(left);
                    var above = Vector256.Load(up - 1);
                    (above - (above >> ForgetBits) + (sum >> ForgetBits)).Store(up);
                }
            }
        }
    }

    public void Dispose()
    {
        _left.Dispose();
        _up.Dispose();
        _weights.Dispose();
        _differences.Dispose();
        _centers.Dispose();
        _totals.Dispose();
    }

    private const int Highest = 255 << FractionBits;

    private static int Lowest(int channel) => channel == 0 ? 0 : -Highest;

    // round(2^16 / sqrt(i)): the integer r for which (2 r - 1)^2 i <= 2^34 < (2 r + 1)^2 i.
    private static int RoundedReciprocalRoot(int i)
    {
        long r = 4096;
        while (((2 * r) + 1) * ((2 * r) + 1) * i <= 1L << 34)
            r++;
        return (int)r;
    }

    private void BeginRow(int row)
    {
        int slot = row + 1;
        for (int i = 0; i < Moments; i++)
            _left.Pointer[(i * Stride) + slot] = 0;
        for (int i = 0; i < Channels * Count; i++)
            _weights.Pointer[(i * Stride) + slot] = _weights.Pointer[(i * Stride) + slot - 1];
    }

    // The pixels' centers, and the differences of their neighbours from these.
    private void Measure(History history, int step, int row)
    {
        int* differences = _differences.Pointer + row + 1;
        int* centers = _centers.Pointer + row + 1;
        for (int channel = 0; channel < Channels; channel++)
        {
            Vector256<int> west = Lanes.Load(history.At(channel, step, _west) + row), north = Lanes.Load(history.At(channel, step, _north) + row);
            Vector256<int> slope = west + north - Lanes.Load(history.At(channel, step, _northWest) + row);
            Vector256.Min(Vector256.Max(slope, Vector256.Min(west, north)), Vector256.Max(west, north)).Store(centers + (channel * Stride));
        }

        for (int k = 0; k < NeighbourCount; k++)
        {
            (int channel, Neighbour place) = _neighbours[k];
            (Lanes.Load(history.At(channel, step, place) + row) - Vector256.Load(centers + (channel * Stride))).Store(differences + (k * Stride));
        }
    }

    private void Solve(int row)
    {
        int* moments = stackalloc int[Moments * Lanes.Count];
        int* weights = stackalloc int[Channels * Count * Lanes.Count];
        int slot = row + 1;
        int* left = _left.Pointer + slot;
        int* up = _up.Pointer + slot - 1;
        for (int i = 0; i < Moments; i++, left += Stride, up += Stride)
        {
            Vector256<int> sum = (Vector256.Load(up) + (Vector256.Load(left) >> 3) + Vector256.Create(1 << (MomentBits - 1))) >> MomentBits;
            Vector256.Min(sum, Vector256.Create(MomentLimit)).Store(moments + (i * Lanes.Count));
        }

        for (int p = 0; p < Count; p++)
        {
            int* variance = moments + (Entry(p, p) * Lanes.Count);
            Vector256.Min(Vector256.Load(variance) + Vector256.Create(Ridge), Vector256.Create(MomentLimit)).Store(variance);
        }

        int* own = _weights.Pointer + slot;
        for (int i = 0; i < Channels * Count; i++, own += Stride)
            ((Vector256.Load(own) + Vector256.Load(own - 1) + Vector256<int>.One) >> 1).Store(weights + (i * Lanes.Count));

        for (int p = 0; p < Count - 1; p++)
        {
            int* column = moments + (Entry(p, p) * Lanes.Count);
            Vector256<int> size = Lanes.Log2(Vector256.Load(column), out Vector256<int> fraction);
            Vector256<int> reciprocal = Lanes.Gather(_reciprocalTable, fraction);
            Vector256<int> first = Target(moments, p, 0), second = Target(moments, p, 1), third = Target(moments, p, 2);
            int t = 0;
            int* moment = moments + (Entry(p, 0) * Lanes.Count);
            int* weight = weights;
            for (; t < NeighbourCount; t++, weight += Lanes.Count)
            {
                var value = Vector256.Load(moment);
                first -= value * Vector256.Load(weight);
                second -= value * Vector256.Load(weight + (Count * Lanes.Count));
                third -= value * Vector256.Load(weight + (2 * Count * Lanes.Count));
                moment += (t < p ? 1 : t + 1) * Lanes.Count;
            }

            var known = Vector256.Load(moments + (Entry(p, NeighbourCount) * Lanes.Count));
            second -= known * Vector256.Load(weights + ((Count + NeighbourCount) * Lanes.Count));
            third -= known * Vector256.Load(weights + (((2 * Count) + NeighbourCount) * Lanes.Count));
            third -= Vector256.Load(moments + (Entry(p, NeighbourCount + 1) * Lanes.Count)) * Vector256.Load(weights + (((2 * Count) + NeighbourCount + 1) * Lanes.Count));
            if (p < NeighbourCount)
                Change(weights + (p * Lanes.Count), first, size, reciprocal);
            if (p < NeighbourCount + 1)
                Change(weights + ((Count + p) * Lanes.Count), second, size, reciprocal);
            Change(weights + (((2 * Count) + p) * Lanes.Count), third, size, reciprocal);
        }

        own = _weights.Pointer + slot;
        for (int i = 0; i < Channels * Count; i++, own += Stride)
            Vector256.Load(weights + (i * Lanes.Count)).Store(own);
    }

    private static int Entry(int i, int j) => i >= j ? (i * (i + 1) / 2) + j : (j * (j + 1) / 2) + i;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Target(int* moments, int p, int channel) => Vector256.Load(moments + (Entry(NeighbourCount + channel, p) * Lanes.Count)) << WeightBits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Change(int* weight, Vector256<int> rest, Vector256<int> size, Vector256<int> reciprocal)
    {
        Vector256<int> change = (Lanes.Clamp(Lanes.ShiftRight(rest, size), short.MinValue, short.MaxValue) * reciprocal + Vector256.Create(1 << 13)) >> 14;
        Lanes.Clamp(Vector256.Load(weight) + change, -WeightLimit, WeightLimit).Store(weight);
    }

    private void Predict(int row, int* blind, int blindStride)
    {
        int slot = row + 1;
        Vector256<int> firstDeviation = default, secondDeviation = default;
        for (int channel = 0; channel < Channels; channel++)
        {
            int* weights = _weights.Pointer + (channel * Count * Stride) + slot;
            int* differences = _differences.Pointer + slot;
            Vector256<int> total = Vector256<int>.Zero;
            for (int k = 0; k < NeighbourCount; k++, weights += Stride, differences += Stride)
                total += Vector256.Load(weights) * Vector256.Load(differences);
            total.Store(_totals.Pointer + (channel * Stride) + slot);
            if (channel > 0)
                total += (Vector256.Load(weights) * firstDeviation) >> FractionBits;
            if (channel > 1)
                total += (Vector256.Load(weights + Stride) * secondDeviation) >> FractionBits;
            Vector256<int> center = Vector256.Load(_centers.Pointer + (channel * Stride) + slot) << FractionBits;
            Vector256<int> prediction = Lanes.Clamp(center + ((total + Vector256.Create(1 << (PredictionShift - 1))) >> PredictionShift), Lowest(channel), Highest);
            prediction.Store(blind + (channel * blindStride));
            (firstDeviation, secondDeviation) = channel == 0 ? (prediction - center, default) : (firstDeviation, prediction - center);
        }
    }
}
