using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>Scales and moves the second half of the channels, as something says that sees the first half alone.</summary>
internal static class AffineCoupling
{
    /// <summary>Scales, then adds; the first element first.</summary>
    /// <param name="stack">What remainders are popped from and pushed on.</param>
    /// <param name="tensor">An even number of channels; the first half stays.</param>
    /// <param name="parameters">Of each place, for each channel of the second half in turn, the number of its scale, then what is added.</param>
    /// <param name="shift">The fraction bits of values less those of what is added.</param>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public static void Apply(AnsStack stack, FixedTensor tensor, ReadOnlySpan<short> parameters, int shift)
    {
        int half = Half(tensor);
        for (int place = 0; place < tensor.Places; place++)
        {
            Span<int> values = tensor[place][half..];
            ReadOnlySpan<short> own = parameters.Slice(place * 2 * half, 2 * half);
            for (int i = 0; i < values.Length; i++)
            {
                int scaled = ModularScale.Apply(stack, values[i], ScaleFactors.Of(own[2 * i]));
                values[i] = FixedPoint.Check(scaled + FixedPoint.Shift(own[(2 * i) + 1], shift));
            }
        }
    }

    /// <summary>The inverse of <see cref="Apply"/>: takes away, then scales back; the last element first.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public static void Invert(AnsStack stack, FixedTensor tensor, ReadOnlySpan<short> parameters, int shift)
    {
        int half = Half(tensor);
        for (int place = tensor.Places - 1; place >= 0; place--)
        {
            Span<int> values = tensor[place][half..];
            ReadOnlySpan<short> own = parameters.Slice(place * 2 * half, 2 * half);
            for (int i = values.Length - 1; i >= 0; i--)
            {
                int moved = FixedPoint.Check(values[i] - FixedPoint.Shift(own[(2 * i) + 1], shift));
                values[i] = ModularScale.Invert(stack, moved, ScaleFactors.Of(own[2 * i]));
            }
        }
    }

    private static int Half(FixedTensor tensor) =>
        tensor.Channels % 2 == 0 ? tensor.Channels / 2 : throw new ArgumentException($"{tensor.Channels} channels have no halves.", nameof(tensor));
}
