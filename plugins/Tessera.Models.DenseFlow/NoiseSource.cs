using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>
/// The noise that augments a flow, drawn from a stack that nothing else uses: so a decoder can put it back when all of a block is known, and
/// with it the distributions that the noise was drawn by.
/// </summary>
internal sealed class NoiseSource(AnsStack stack)
{
    /// <summary>The bits that can be drawn from, rounded down.</summary>
    public long BitCount => stack.BitCount;

    /// <summary>Draws values, the first one first.</summary>
    /// <exception cref="NoiseExhaustedException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">A value is too large.</exception>
    public void Draw(Span<int> values, ReadOnlySpan<int> means, ReadOnlySpan<byte> levels)
    {
        try
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = FixedGaussian.Draw(stack, means[i], levels[i]);
        }
        catch (AnsUnderflowException e)
        {
            throw new NoiseExhaustedException(e);
        }
    }

    /// <summary>Puts values back, the last one first: the inverse of <see cref="Draw"/>.</summary>
    /// <exception cref="TesseraFormatException">A value cannot have been drawn.</exception>
    public void PutBack(ReadOnlySpan<int> values, ReadOnlySpan<int> means, ReadOnlySpan<byte> levels)
    {
        for (int i = values.Length - 1; i >= 0; i--)
            FixedGaussian.PutBack(stack, values[i], means[i], levels[i]);
    }
}
