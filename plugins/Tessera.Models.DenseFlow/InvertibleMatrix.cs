using System.Collections.Immutable;
using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>
/// A 1 x 1 convolution with the normalisation before it, as factors that can be inverted exactly: of each place's channels an upper triangle, a scale
/// for each channel, a lower triangle, a permutation, and what is added.
/// </summary>
internal sealed class InvertibleMatrix
{
    private readonly TriangularFactor _upper;
    private readonly uint[] _factors;
    private readonly TriangularFactor _lower;
    private readonly int[] _order;
    private readonly int[] _bias;

    /// <summary>Takes the factors.</summary>
    /// <param name="upper">What is done first.</param>
    /// <param name="factors">Then for each channel its scale times 2^16, 1 to 2^24.</param>
    /// <param name="lower">Then this.</param>
    /// <param name="order">Then channel i becomes what channel order[i] is.</param>
    /// <param name="bias">Last, what is added to each channel.</param>
    /// <exception cref="ArgumentException">The factors do not fit each other, or are out of their range.</exception>
    public InvertibleMatrix(
        TriangularFactor upper, ImmutableArray<uint> factors, TriangularFactor lower, ImmutableArray<int> order, ImmutableArray<int> bias)
    {
        Channels = upper.Channels;
        if (factors.Length != Channels || lower.Channels != Channels || bias.Length != Channels)
            throw new ArgumentException($"Not all factors are for {Channels} channels.");
        if (factors.Any(factor => factor is < 1 or > ModularScale.MaxFactor))
            throw new ArgumentException($"A scale is not 1 to {ModularScale.MaxFactor}.", nameof(factors));
        if (!order.Order().SequenceEqual(Enumerable.Range(0, Channels)))
            throw new ArgumentException("The order of channels is not a permutation.", nameof(order));
        (_upper, _factors, _lower, _order, _bias) = (upper, [.. factors], lower, [.. order], [.. bias]);
    }

    /// <summary>Channels that go in and come out.</summary>
    public int Channels { get; }

    /// <summary>Multiplies, the first place first.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public void Apply(AnsStack stack, FixedTensor tensor)
    {
        Span<int> before = stackalloc int[Channels];
        ReadOnlySpan<int> order = _order, bias = _bias;
        for (int place = 0; place < tensor.Places; place++)
        {
            Span<int> values = tensor[place];
            _upper.Apply(values);
            ModularScale.Apply(stack, values, _factors);
            _lower.Apply(values);
            values.CopyTo(before);
            for (int i = 0; i < values.Length; i++)
                values[i] = FixedPoint.Check((long)before[order[i]] + bias[i]);
        }
    }

    /// <summary>The inverse, the last place first.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public void Invert(AnsStack stack, FixedTensor tensor)
    {
        Span<int> after = stackalloc int[Channels];
        ReadOnlySpan<int> order = _order, bias = _bias;
        for (int place = tensor.Places - 1; place >= 0; place--)
        {
            Span<int> values = tensor[place];
            values.CopyTo(after);
            for (int i = 0; i < values.Length; i++)
                values[order[i]] = FixedPoint.Check((long)after[i] - bias[i]);
            _lower.Invert(values);
            ModularScale.Invert(stack, values, _factors);
            _upper.Invert(values);
        }
    }
}
