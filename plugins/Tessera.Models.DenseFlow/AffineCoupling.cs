using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>Scales and moves the second half of the channels, as something says that sees the first half alone.</summary>
internal static class AffineCoupling
{
    // In a list of parameters the number of a scale and what is added take turns.
    private const int Interleaved = 2;

    /// <summary>Scales, then adds; the first element first.</summary>
    /// <param name="stack">What remainders are popped from and pushed on.</param>
    /// <param name="tensor">An even number of channels; the first half stays.</param>
    /// <param name="parameters">Of each place, for each channel of the second half in turn, the number of its scale, then what is added.</param>
    /// <param name="shift">The fraction bits of values less those of what is added.</param>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public static void Apply(AnsStack stack, FixedTensor tensor, ReadOnlySpan<short> parameters, int shift) =>
        Apply(stack, tensor, parameters, parameters[1..], Interleaved, shift);

    /// <summary>Scales, then adds; the first element first.</summary>
    /// <param name="stack">What remainders are popped from and pushed on.</param>
    /// <param name="tensor">An even number of channels; the first half stays.</param>
    /// <param name="scales">Of each place, for each channel of the second half the number of its scale.</param>
    /// <param name="moves">In the same order, what is added.</param>
    /// <param name="shift">The fraction bits of values less those of what is added.</param>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public static void Apply(AnsStack stack, FixedTensor tensor, ReadOnlySpan<short> scales, ReadOnlySpan<short> moves, int shift) =>
        Apply(stack, tensor, scales, moves, 1, shift);

    /// <summary>The inverse, by parameters in a list: takes away, then scales back; the last element first.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public static void Invert(AnsStack stack, FixedTensor tensor, ReadOnlySpan<short> parameters, int shift) =>
        Invert(stack, tensor, parameters, parameters[1..], Interleaved, shift);

    /// <summary>The inverse: takes away, then scales back; the last element first.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public static void Invert(AnsStack stack, FixedTensor tensor, ReadOnlySpan<short> scales, ReadOnlySpan<short> moves, int shift) =>
        Invert(stack, tensor, scales, moves, 1, shift);

    private static void Apply(AnsStack stack, FixedTensor tensor, ReadOnlySpan<short> scales, ReadOnlySpan<short> moves, int stride, int shift)
    {
        int half = Half(tensor), at = 0;
        for (int place = 0; place < tensor.Places; place++)
        {
            Span<int> values = tensor[place][half..];
            for (int i = 0; i < values.Length; i++, at += stride)
            {
                int scaled = ModularScale.Apply(stack, values[i], ScaleFactors.Of(scales[at]));
                values[i] = FixedPoint.Check(scaled + FixedPoint.Shift(moves[at], shift));
            }
        }
    }

    private static void Invert(AnsStack stack, FixedTensor tensor, ReadOnlySpan<short> scales, ReadOnlySpan<short> moves, int stride, int shift)
    {
        int half = Half(tensor), at = tensor.Places * half * stride;
        for (int place = tensor.Places - 1; place >= 0; place--)
        {
            Span<int> values = tensor[place][half..];
            for (int i = values.Length - 1; i >= 0; i--)
            {
                at -= stride;
                int moved = FixedPoint.Check(values[i] - FixedPoint.Shift(moves[at], shift));
                values[i] = ModularScale.Invert(stack, moved, ScaleFactors.Of(scales[at]));
            }
        }
    }

    private static int Half(FixedTensor tensor) =>
        tensor.Channels % 2 == 0 ? tensor.Channels / 2 : throw new ArgumentException($"{tensor.Channels} channels have no halves.", nameof(tensor));
}
