using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tessera.Models.Causal;

/// <summary>What the network reads (<c>spec/causal.md</c>, section 5).</summary>
internal static unsafe class Features
{
    /// <summary>What 1 is, of the network's inputs.</summary>
    public const int Unit = 256;

    /// <summary>The largest magnitude of an input.</summary>
    public const int Limit = 2047;

    /// <summary>Inputs of the trunk.</summary>
    public const int Count = LeastSquares.Channels * PerChannel;

    private const int PerChannel = 17 + (2 * 6) + 1;

    private static readonly ImmutableArray<Neighbour> _values =
    [
        new(0, -1), new(0, -2), new(0, -3), new(-1, -3), new(-1, -2), new(-1, -1), new(-1, 0), new(-1, 1), new(-1, 2),
        new(-2, -2), new(-2, -1), new(-2, 0), new(-2, 1), new(-2, 2), new(-3, -1), new(-3, 0), new(-3, 1),
    ];

    private static readonly ImmutableArray<Neighbour> _errors = [new(0, -1), new(0, -2), new(-1, -1), new(-1, 0), new(-1, 1), new(-2, 0)];

    /// <summary>How many inputs a channel's head has beside the trunk's output.</summary>
    public static int KnownCount(int channel) => channel == 0 ? 0 : (2 * channel) + 1;

    /// <summary>Computes the trunk's inputs for eight pixels of a step.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="history">The steps before.</param>
    /// <param name="step">The step.</param>
    /// <param name="row">The first pixel's row.</param>
    /// <param name="blind">The pixels' blind predictions, channels <paramref name="stride"/> apart.</param>
    /// <param name="scales">Takes the pixels' scales, channels as far apart.</param>
    /// <param name="stride">Elements from a channel to the next.</param>
    /// <param name="features">Takes the inputs, input by input, of eight pixels each.</param>
    public static void Compute(FeatureTables tables, History history, int step, int row, int* blind, int* scales, int stride, short* features)
    {
        for (int channel = 0; channel < LeastSquares.Channels; channel++)
        {
            var prediction = Vector256.Load(blind + (channel * stride));
            short* errors = features + (_values.Length * Lanes.Count);
            Vector256<int> sum = Vector256<int>.Zero;
            foreach (Neighbour place in _errors)
            {
                Vector256<int> error = Lanes.Load(history.At(channel + LeastSquares.Channels, step, place) + row);
                Vector256<int> magnitude = Vector256.Abs(error);
                sum += magnitude;
                Lanes.Store(error, errors);
                Lanes.Store(Lanes.Gather(tables.Logarithms, magnitude) - Vector256.Create(Unit), errors + (_errors.Length * Lanes.Count));
                errors += Lanes.Count;
            }

            Vector256<int> change = Vector256.Abs(
                Lanes.Load(history.At(channel, step, _values[0]) + row) - Lanes.Load(history.At(channel, step, _values[5]) + row));
            Vector256<int> scale = ((sum * Vector256.Create(171)) >> 10) + ((change * Vector256.Create(77)) >> 6) + Vector256.Create(FeatureTables.SmallestScale);
            scale.Store(scales + (channel * stride));
            Vector256<int> reciprocal = Lanes.Gather(tables.Reciprocals, scale);
            foreach (Neighbour place in _values)
            {
                Vector256<int> difference = (Lanes.Load(history.At(channel, step, place) + row) << LeastSquares.FractionBits) - prediction;
                Vector256<int> sign = difference >> 31;
                Lanes.Store((Lanes.Gather(tables.Logarithms, Vector256.Abs(difference)) ^ sign) - sign, features);
                features += Lanes.Count;
            }

            for (int i = 0; i < _errors.Length; i++, features += Lanes.Count)
                Lanes.Store(Normalised(Lanes.Load(features), reciprocal), features);
            features += _errors.Length * Lanes.Count;
            Lanes.Store(Lanes.Gather(tables.ScaleLogarithms, scale), features);
            features += Lanes.Count;
        }
    }

    /// <summary>A quarter of a difference in units of the scale.</summary>
    public static int Normalised(int value, int reciprocal) => Math.Clamp(((value * reciprocal) + (1 << 13)) >> 14, -Limit, Limit);

    /// <summary>The logarithm of a magnitude, with the sign.</summary>
    public static int Symmetric(int value, int* table) => value < 0 ? -table[-value] : table[value];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Normalised(Vector256<int> value, Vector256<int> reciprocal) =>
        Lanes.Clamp(((value * reciprocal) + Vector256.Create(1 << 13)) >> 14, -Limit, Limit);
}
