using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>Codes blocks one after the other on two stacks, and joins these in the end.</summary>
internal sealed class SegmentWriter : IDisposable
{
    private const int WordBits = 32;

    // How much of the stack may wait as noise for blocks to come: what is moved more at once needs fewer counts.
    private const int SpareShare = 4;

    private readonly TwoStacks _stacks;
    private readonly NoiseSource _noise;
    private int _need;
    private bool _isFirst = true;

    /// <summary>Begins.</summary>
    /// <param name="stack">Holds the supply; in the end, all that was coded. It stays the caller's.</param>
    public SegmentWriter(AnsStack stack)
    {
        _stacks = new(stack);
        _noise = new(_stacks.Noise);
    }

    /// <summary>Codes a block.</summary>
    /// <exception cref="AnsUnderflowException">The supply has too few bits.</exception>
    public void Push(IBlockCoder block)
    {
        AnsSnapshot main = _stacks.Main.TakeSnapshot(), noise = _stacks.Noise.TakeSnapshot();
        if (_isFirst)
            _need = block.NoiseWords;
        while (true)
        {
            try
            {
                _stacks.Feed(Missing());
                long before = _stacks.Noise.BitCount;
                block.Push(_stacks.Main, _noise);
                BlockKind.Push(_stacks.Main, isFlow: true);

                // The next block will need much the same.
                int taken = (int)((before - _stacks.Noise.BitCount + WordBits - 1) / WordBits);
                _need = taken == 0 ? 0 : Grown(taken);
                _isFirst = false;
                return;
            }
            catch (NoiseExhaustedException)
            {
                Restore();
                _need = Grown(_need) + (_need / 4);
            }
            catch (FixedPointOverflowException)
            {
                Restore();
                block.PushPlain(_stacks.Main);
                BlockKind.Push(_stacks.Main, isFlow: false);
                return;
            }
        }

        void Restore()
        {
            _stacks.Main.Restore(main);
            _stacks.Noise.Restore(noise);
        }
    }

    /// <summary>Joins the stacks.</summary>
    public void Finish() => _stacks.Join();

    /// <summary>Gives storage back.</summary>
    public void Dispose() => _stacks.Dispose();

    private static int Grown(int words) => Math.Min(words + (words / 16) + 1, TwoStacks.MaxWords / 2);

    // None if there is enough; else enough for this block, and later for those to come that a part of the stack suffices for.
    private int Missing()
    {
        int missing = Math.Max(0, _need - (int)(_stacks.Noise.BitCount / WordBits));
        if (missing > 0 && !_isFirst)
        {
            long spare = _stacks.Main.BitCount / WordBits / SpareShare;
            missing += (int)Math.Min(spare / _need * _need, (TwoStacks.MaxWords / 2) - 1);
        }

        return missing;
    }
}
