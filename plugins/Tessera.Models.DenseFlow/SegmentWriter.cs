using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>Codes blocks one after the other on two stacks, and joins these in the end.</summary>
internal sealed class SegmentWriter : IDisposable
{
    private const int WordBits = 32;

    // How much of what was coded may wait as noise for blocks to come: what is moved at once needs one count. The supply is left alone as long as it
    // can be.
    private const int SpareShare = 4;

    // More than the noise of any block takes, by far. Twice as much can be moved at once.
    private const int MaxNeed = (TwoStacks.MaxWords / 2) - 1;

    private readonly TwoStacks _stacks;
    private readonly NoiseSource _noise;

    // What both stacks were before a block.
    private readonly AnsStack _mainBefore = new();
    private readonly AnsStack _noiseBefore = new();

    private readonly long _supplied;
    private int _need;
    private bool _isFirst = true;

    /// <summary>Begins.</summary>
    /// <param name="stack">Holds the supply; in the end, all that was coded. It stays the caller's.</param>
    /// <exception cref="AnsUnderflowException">The supply has no bits.</exception>
    public SegmentWriter(AnsStack stack)
    {
        _supplied = stack.BitCount;
        _stacks = new(stack);
        _noise = new(_stacks.Noise);
        _stacks.Begin();
    }

    /// <summary>Codes a block.</summary>
    /// <exception cref="AnsUnderflowException">The supply has too few bits.</exception>
    public void Push(IBlockCoder block)
    {
        _mainBefore.CopyFrom(_stacks.Main);
        _noiseBefore.CopyFrom(_stacks.Noise);
        if (_isFirst)
            _need = Math.Min(MaxNeed, block.NoiseWords);
        while (true)
        {
            try
            {
                _stacks.Feed(Missing());
                long before = _noise.BitCount;
                block.Push(_stacks.Main, _noise);
                BlockKind.Push(_stacks.Main, isFlow: true);

                // The next block will need much the same. If it needs more, it is tried again.
                int taken = (int)((before - _noise.BitCount + WordBits - 1) / WordBits);
                _need = taken + (taken / 16);
                _isFirst = false;
                return;
            }
            catch (NoiseExhaustedException e)
            {
                Restore();
                if (_need == MaxNeed)
                    throw new AnsUnderflowException("A block needs more noise than there can be.", e);
                _need = Math.Min(MaxNeed, _need + (_need / 4) + 1);
            }
            catch (FixedPointOverflowException)
            {
                Restore();
                block.PushPlain(_stacks.Main);
                BlockKind.Push(_stacks.Main, isFlow: false);
                return;
            }
        }
    }

    /// <summary>Joins the stacks.</summary>
    public void Finish() => _stacks.Join();

    /// <summary>Gives storage back.</summary>
    public void Dispose()
    {
        _stacks.Dispose();
        _mainBefore.Dispose();
        _noiseBefore.Dispose();
    }

    private void Restore()
    {
        _stacks.Main.CopyFrom(_mainBefore);
        _stacks.Noise.CopyFrom(_noiseBefore);
    }

    // None if there is enough; else enough for this block, and later for those to come that a part of the stack suffices for.
    private int Missing()
    {
        int missing = Math.Max(0, _need - (int)(_noise.BitCount / WordBits));
        if (missing > 0 && !_isFirst)
        {
            long spare = Math.Max(0, _stacks.Main.BitCount - _supplied) / WordBits / SpareShare;
            missing += (int)Math.Min(spare / _need * _need, MaxNeed);
        }

        return missing;
    }
}
