using System.Collections.Immutable;
using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.DenseFlow;

/// <summary>A flow that is prepared to run on one thread, with all its tensors, which are used again for every tile.</summary>
internal sealed class Flow : IDisposable
{
    private readonly int _bits;
    private readonly ConditionalDequantiser? _dequantiser;
    private readonly ImmutableArray<FlowBlock> _blocks;
    private readonly ValueBuffer _values = new(DenseFlowConfiguration.Colors);

    /// <param name="weights">The flow.</param>
    /// <param name="engine">What runs nets.</param>
    public Flow(DenseFlowWeights weights, IEngine engine)
    {
        var shelf = new TensorShelf();
        _bits = weights.Configuration.DequantisationBits;
        _dequantiser = weights.Dequantiser is null ? null : new(weights.Dequantiser, _bits, engine, shelf);
        _blocks = [.. weights.Blocks.Select((_, index) => new FlowBlock(weights, index, engine, shelf))];
    }

    /// <summary>Elements of noise in a tile.</summary>
    public int NoiseCount { get; private set; }

    /// <summary>Sets rows and columns of a tile, which the flow's divisor divides.</summary>
    public void Resize(int height, int width)
    {
        _values.Resize(height, width);
        NoiseCount = 0;
        for (int i = 0; i < _blocks.Length; i++)
        {
            _blocks[i].Resize(height >> (i + 1), width >> (i + 1));
            NoiseCount += _blocks[i].NoiseCount;
        }
    }

    /// <summary>Codes samples.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="NoiseExhaustedException">The source of noise does.</exception>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public void Push(AnsStack stack, NoiseSource noise, ExactTensor samples)
    {
        Span<int> values = _values.Tensor.Values;
        if (_dequantiser is null)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = samples.Values[i];
            Dequantizer.Apply(stack, values, _bits);
        }
        else
        {
            _dequantiser.Apply(stack, samples, values);
        }

        FixedTensor entering = _values.Tensor;
        for (int i = 0; i < _blocks.Length; i++)
        {
            _blocks[i].Push(stack, noise, entering);
            if (i < _blocks.Length - 1)
                entering = _blocks[i].Kept;
        }
    }

    /// <summary>Decodes what <see cref="Push"/> coded, but that noise is not put back yet.</summary>
    /// <exception cref="AnsUnderflowException">The data is damaged.</exception>
    /// <exception cref="FixedPointOverflowException">The data is damaged.</exception>
    /// <exception cref="TesseraFormatException">The data is damaged.</exception>
    public void Pop(AnsStack stack, ExactTensor samples)
    {
        for (int i = _blocks.Length - 1; i >= 0; i--)
            _blocks[i].Pop(stack, i == 0 ? _values.Tensor : _blocks[i - 1].Kept);
        Span<int> values = _values.Tensor.Values;
        Floor(values, samples.Values);
        if (_dequantiser is null)
            Dequantizer.Invert(stack, values, _bits);
        else
            _dequantiser.Invert(stack, samples, values);
    }

    /// <summary>Puts back the noise of a tile that <see cref="Pop"/> decoded.</summary>
    /// <exception cref="TesseraFormatException">It cannot have been drawn: the data is damaged.</exception>
    public void PutBack(NoiseSource noise)
    {
        for (int i = _blocks.Length - 1; i >= 0; i--)
            _blocks[i].PutBack(noise);
    }

    public void Dispose()
    {
        _dequantiser?.Dispose();
        foreach (FlowBlock block in _blocks)
            block.Dispose();
    }

    private void Floor(ReadOnlySpan<int> values, Span<short> samples)
    {
        for (int i = 0; i < values.Length; i++)
        {
            int sample = values[i] >> _bits;
            if (sample != (short)sample)
                throw new TesseraFormatException($"A decoded element of an image is {sample}; the segment is damaged.");
            samples[i] = (short)sample;
        }
    }
}
