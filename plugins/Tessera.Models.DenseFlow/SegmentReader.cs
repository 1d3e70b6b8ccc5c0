using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>Decodes what <see cref="SegmentWriter"/> coded, from the last block to the first.</summary>
internal sealed class SegmentReader : IDisposable
{
    private readonly TwoStacks _stacks;
    private readonly NoiseSource _noise;

    /// <summary>Begins: parts the stacks.</summary>
    /// <param name="stack">What was coded; in the end, the supply. It stays the caller's.</param>
    /// <exception cref="AnsUnderflowException">The stack is not one that a writer left.</exception>
    public SegmentReader(AnsStack stack)
    {
        _stacks = new(stack);
        _noise = new(_stacks.Noise);
        _stacks.Part();
    }

    /// <summary>Decodes a block.</summary>
    /// <exception cref="AnsUnderflowException">The data is damaged.</exception>
    /// <exception cref="TesseraFormatException">The same, found otherwise.</exception>
    public void Pop(IBlockCoder block)
    {
        if (!BlockKind.Pop(_stacks.Main))
        {
            block.PopPlain(_stacks.Main);
            return;
        }

        try
        {
            block.Pop(_stacks.Main, _noise);
        }
        catch (FixedPointOverflowException e)
        {
            throw new TesseraFormatException("A value of a flow is out of its range; the segment is damaged.", e);
        }

        _stacks.Unfeed();
    }

    /// <summary>Puts what is left of noise back.</summary>
    /// <exception cref="TesseraFormatException">The data is damaged.</exception>
    public void Finish()
    {
        if (!_stacks.TryEnd())
            throw new TesseraFormatException("A stack of noise does not end as it began; the segment is damaged.");
    }

    /// <summary>Gives storage back.</summary>
    public void Dispose() => _stacks.Dispose();
}
