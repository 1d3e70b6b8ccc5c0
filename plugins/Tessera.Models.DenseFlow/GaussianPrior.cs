using System.Collections.Immutable;
using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>What is known of values that leave the flow, halves left out and the base: a Gaussian distribution for each channel.</summary>
/// <param name="means">By channel.</param>
/// <param name="levels">By channel.</param>
internal sealed class GaussianPrior(ImmutableArray<int> means, ImmutableArray<byte> levels)
{
    private readonly int[] _means = [.. means];
    private readonly byte[] _levels = [.. levels];

    /// <summary>The same for all channels: mean 0, scale 1 in so many fraction bits.</summary>
    public static GaussianPrior Standard(int channels, int fractionBits) =>
        new([.. new int[channels]], [.. Enumerable.Repeat((byte)FixedGaussian.UnitLevel(fractionBits), channels)]);

    /// <summary>Pushes all values, the last one first.</summary>
    public void Push(AnsStack stack, FixedTensor tensor)
    {
        for (int place = tensor.Places - 1; place >= 0; place--)
        {
            ReadOnlySpan<int> values = tensor[place], means = _means.AsSpan(0, values.Length);
            ReadOnlySpan<byte> levels = _levels.AsSpan(0, values.Length);
            for (int i = values.Length - 1; i >= 0; i--)
                FixedGaussian.Push(stack, values[i], means[i], levels[i]);
        }
    }

    /// <summary>Pops all values, the first one first.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">Nobody can have pushed a value.</exception>
    public void Pop(AnsStack stack, FixedTensor tensor)
    {
        for (int place = 0; place < tensor.Places; place++)
        {
            Span<int> values = tensor[place];
            ReadOnlySpan<int> means = _means.AsSpan(0, values.Length);
            ReadOnlySpan<byte> levels = _levels.AsSpan(0, values.Length);
            for (int i = 0; i < values.Length; i++)
                values[i] = FixedGaussian.Pop(stack, means[i], levels[i]);
        }
    }
}
