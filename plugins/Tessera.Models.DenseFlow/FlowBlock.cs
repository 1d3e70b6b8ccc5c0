using System.Collections.Immutable;
using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.DenseFlow;

/// <summary>A block of the flow that is prepared to run, with its tensors: squares become channels, units work on them, and some or all leave the flow.</summary>
internal sealed class FlowBlock : IDisposable
{
    private readonly ImmutableArray<FlowUnit> _units;
    private readonly GaussianPrior _prior;
    private readonly ValueBuffer? _kept;
    private readonly ValueBuffer? _leaving;

    /// <param name="weights">The flow.</param>
    /// <param name="index">Which of its blocks this is.</param>
    /// <param name="engine">What runs nets.</param>
    /// <param name="shelf">Where tensors come from.</param>
    public FlowBlock(DenseFlowWeights weights, int index, IEngine engine, TensorShelf shelf)
    {
        DenseFlowConfiguration configuration = weights.Configuration;
        int bits = configuration.FractionBits;
        _units = [.. weights.Blocks[index].Select((unit, u) =>
            new FlowUnit(unit, configuration.Given(index, u), configuration.Channels(index, u), bits, engine, shelf))];
        _prior = weights.Base;
        if (configuration.Blocks[index].Kept is not { } kept)
            return;
        int leaving = configuration.Leaving(index) - kept;
        (_kept, _leaving, _prior) = (new(kept), new(leaving), GaussianPrior.Standard(leaving, bits));
    }

    /// <summary>What goes on. The last block has nothing of that kind.</summary>
    public FixedTensor Kept => _kept!.Tensor;

    /// <summary>Elements of noise.</summary>
    public int NoiseCount { get; private set; }

    private FixedTensor Values => _units[^1].Values;

    /// <summary>Sets rows and columns of all tensors, those of squares.</summary>
    public void Resize(int height, int width)
    {
        NoiseCount = 0;
        foreach (FlowUnit unit in _units)
        {
            unit.Resize(height, width);
            NoiseCount += unit.NoiseCount;
        }

        _kept?.Resize(height, width);
        _leaving?.Resize(height, width);
    }

    /// <summary>Codes what enters, but for what is kept.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="noise">Where noise is drawn from.</param>
    /// <param name="entering">What enters.</param>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="NoiseExhaustedException">The source of noise does.</exception>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public void Push(AnsStack stack, NoiseSource noise, FixedTensor entering)
    {
        ReadOnlySpan<FlowUnit> units = _units.AsSpan();
        entering.Squeeze(units[0].Given);
        for (int i = 0; i < units.Length; i++)
        {
            if (i > 0)
                units[i - 1].Values.CopyTo(units[i].Given);
            units[i].Apply(stack, noise, units[..i]);
        }

        if (_leaving is null)
        {
            _prior.Push(stack, Values);
            return;
        }

        Values.Split(Kept, _leaving.Tensor);
        _prior.Push(stack, _leaving.Tensor);
    }

    /// <summary>The inverse of <see cref="Push"/>, but that noise is not put back yet.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public void Pop(AnsStack stack, FixedTensor entering)
    {
        if (_leaving is null)
        {
            _prior.Pop(stack, Values);
        }
        else
        {
            _prior.Pop(stack, _leaving.Tensor);
            Values.Join(Kept, _leaving.Tensor);
        }

        for (int i = _units.Length - 1; i >= 0; i--)
        {
            _units[i].Invert(stack);
            if (i > 0)
                _units[i].Given.CopyTo(_units[i - 1].Values);
        }

        entering.Unsqueeze(_units[0].Given);
    }

    /// <summary>Puts the noise back, the last unit's first.</summary>
    /// <exception cref="TesseraFormatException">It cannot have been drawn.</exception>
    public void PutBack(NoiseSource noise)
    {
        ReadOnlySpan<FlowUnit> units = _units.AsSpan();
        for (int i = units.Length - 1; i >= 0; i--)
            units[i].PutBack(noise, units[..i]);
    }

    public void Dispose()
    {
        foreach (FlowUnit unit in _units)
            unit.Dispose();
    }
}
