using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tessera.Entropy;

namespace Tessera.Models.Causal;

/// <summary>The mixtures of a block's samples in a step (<c>spec/causal.md</c>, section 7).</summary>
internal sealed unsafe class Mixtures : IDisposable
{
    /// <summary>The binary logarithm of the sum of a mixture's weights.</summary>
    public const int WeightBits = 12;

    private const int Components = CausalConfiguration.Components;
    private const int LocationShift = 3;
    private const int LevelShift = 4;

    // One below another for each component.
    private readonly NativeArray<int> _weights = new(Components * Block.Stride);
    private readonly NativeArray<int> _locations = new(Components * Block.Stride);
    private readonly NativeArray<int> _levels = new(Components * Block.Stride);

    /// <summary>Makes mixtures from what a head gives: logits, locations in scales, levels above the scale's.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="outputs">The head's outputs, pixel by pixel.</param>
    /// <param name="predictions">The pixels' informed predictions.</param>
    /// <param name="scales">Their scales.</param>
    /// <param name="count">The pixels.</param>
    public void Compute(FeatureTables tables, short* outputs, int* predictions, int* scales, int count)
    {
        var last = Vector256.Create(count - 1);
        for (int i = 0; i < count; i += Lanes.Count)
        {
            // Behind the last pixel there may be no others: the last one again.
            Vector256<int> pixel = Vector256.Min(Vector256.Create(i) + Vector256<int>.Indices, last) * CausalConfiguration.Outputs;
            Vector256<int> scale = Lanes.Gather(scales, Vector256.Min(Vector256.Create(i) + Vector256<int>.Indices, last));
            Weigh(tables, outputs, pixel, i);
            Vector256<int> prediction = Vector256.Load(predictions + i) << (ScaleTables.LocationFractionBits - LeastSquares.FractionBits);
            Vector256<int> level = Lanes.Gather(tables.ScaleLevels, scale) + Vector256.Create(1 << (LevelShift - 1));
            for (int k = 0; k < Components; k++)
            {
                Vector256<int> location = Lanes.Gather(outputs, pixel + Vector256.Create(Components + k));
                location = prediction + (((location * scale) + Vector256.Create(1 << (LocationShift - 1))) >> LocationShift);
                location.Store(_locations.Pointer + (k * Block.Stride) + i);
                Vector256<int> own = (Lanes.Gather(outputs, pixel + Vector256.Create((2 * Components) + k)) + level) >> LevelShift;
                Lanes.Clamp(own, 0, ScaleTables.LevelCount - 1).Store(_levels.Pointer + (k * Block.Stride) + i);
            }
        }
    }

    /// <summary>The components of a pixel's mixture.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Get(int pixel, Span<MixtureComponent> components)
    {
        for (int k = 0; k < Components; k++)
        {
            int at = (k * Block.Stride) + pixel;
            components[k] = ScaleTables.Logistic.Component(_locations.Pointer[at], _levels.Pointer[at], (uint)_weights.Pointer[at]);
        }
    }

    public void Dispose()
    {
        _weights.Dispose();
        _locations.Dispose();
        _levels.Dispose();
    }

    // A softmax that sums to 2^WeightBits: what rounding leaves goes to the largest, the first of several.
    private void Weigh(FeatureTables tables, short* outputs, Vector256<int> pixel, int at)
    {
        (Vector256<int> first, Vector256<int> second) = Lanes.GatherPairs(outputs, pixel);
        Vector256<int> third = Lanes.Gather(outputs, pixel + Vector256.Create(2));
        Vector256<int> largest = Vector256.Max(Vector256.Max(first, second), third);
        var end = Vector256.Create(FeatureTables.ExponentialCount - 1);
        Vector256<int> a = Lanes.Gather(tables.Exponentials, Vector256.Min(largest - first, end));
        Vector256<int> b = Lanes.Gather(tables.Exponentials, Vector256.Min(largest - second, end));
        Vector256<int> c = Lanes.Gather(tables.Exponentials, Vector256.Min(largest - third, end));
        Vector256<int> total = a + b + c;
        a = Lanes.Divide(a << WeightBits, total);
        b = Lanes.Divide(b << WeightBits, total);
        c = Lanes.Divide(c << WeightBits, total);
        Vector256<int> rest = Vector256.Create(1 << WeightBits) - a - b - c;
        Vector256<int> isFirst = Vector256.Equals(first, largest), isSecond = Vector256.AndNot(Vector256.Equals(second, largest), isFirst);
        a += rest & isFirst;
        b += rest & isSecond;
        c += Vector256.AndNot(rest, isFirst | isSecond);
        int* weights = _weights.Pointer + at;
        a.Store(weights);
        b.Store(weights + Block.Stride);
        c.Store(weights + (2 * Block.Stride));
    }
}
