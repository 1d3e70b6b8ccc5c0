using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>Makes values of samples: below the point stand bits that are popped, and come back when the samples do.</summary>
internal static class Dequantizer
{
    /// <summary>The most bits that stand below a sample's.</summary>
    public const int MaxBits = 16;

    /// <summary>Appends bits to samples, to the first one first.</summary>
    /// <param name="stack">What bits are popped from.</param>
    /// <param name="samples">Integers, which become values.</param>
    /// <param name="bits">How many bits each is given, 0 to <see cref="MaxBits"/>.</param>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">A sample is too large.</exception>
    public static void Apply(AnsStack stack, Span<int> samples, int bits)
    {
        foreach (ref int sample in samples)
            sample = FixedPoint.Check(((long)sample << bits) | stack.PopBits(bits));
    }

    /// <summary>The inverse of <see cref="Apply"/>: what values are samples of, the last one first. The caller checks that they are samples.</summary>
    public static void Invert(AnsStack stack, Span<int> values, int bits)
    {
        for (int i = values.Length - 1; i >= 0; i--)
        {
            stack.PushBits((uint)(values[i] & ((1 << bits) - 1)), bits);
            values[i] >>= bits;
        }
    }
}
