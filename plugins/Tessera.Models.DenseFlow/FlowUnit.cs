using System.Collections.Immutable;
using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.DenseFlow;

/// <summary>A unit that is prepared to run, with its tensors: noise is put after what it is given, and modules work on both.</summary>
internal sealed class FlowUnit : IDisposable
{
    private readonly ImmutableArray<(InvertibleMatrix Matrix, Coupling Coupling)> _modules;
    private readonly NoiseNet? _noiseNet;
    private readonly ValueBuffer _given;
    private readonly ValueBuffer _noise;
    private readonly ValueBuffer _values;

    /// <param name="weights">The unit.</param>
    /// <param name="given">Channels that it is given.</param>
    /// <param name="channels">Channels that its modules work on.</param>
    /// <param name="fractionBits">The fraction bits of values.</param>
    /// <param name="engine">What runs nets.</param>
    /// <param name="shelf">Where tensors come from.</param>
    public FlowUnit(UnitWeights weights, int given, int channels, int fractionBits, IEngine engine, TensorShelf shelf)
    {
        _noiseNet = weights.Noise is null ? null : new(weights.Noise, fractionBits, engine, shelf);
        _modules = [.. weights.Modules.Select(module => (module.Matrix, new Coupling(module.Coupling, fractionBits, engine, shelf)))];
        (_given, _noise, _values) = (new(given), new(channels - given), new(channels));
    }

    /// <summary>What it is given. It stays what it is while modules work.</summary>
    public FixedTensor Given => _given.Tensor;

    /// <summary>What modules work on.</summary>
    public FixedTensor Values => _values.Tensor;

    /// <summary>Elements of noise.</summary>
    public int NoiseCount => _noise.Tensor.Values.Length;

    /// <summary>Sets rows and columns of all tensors.</summary>
    public void Resize(int height, int width)
    {
        _given.Resize(height, width);
        _noise.Resize(height, width);
        _values.Resize(height, width);
    }

    /// <summary>Makes values of what the unit is given.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="noise">Where noise is drawn from.</param>
    /// <param name="before">The units before it.</param>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="NoiseExhaustedException">The source of noise does.</exception>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public void Apply(AnsStack stack, NoiseSource noise, ReadOnlySpan<FlowUnit> before)
    {
        if (_noiseNet is not null)
        {
            _noiseNet.Run(before);
            noise.Draw(_noise.Tensor.Values, _noiseNet.Means, _noiseNet.Levels);
        }

        Values.Join(Given, _noise.Tensor);
        foreach ((InvertibleMatrix matrix, Coupling coupling) in _modules)
        {
            matrix.Apply(stack, Values);
            coupling.Apply(stack, Values);
        }
    }

    /// <summary>The inverse of <see cref="Apply"/>, but that noise is not put back yet.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public void Invert(AnsStack stack)
    {
        for (int i = _modules.Length - 1; i >= 0; i--)
        {
            (InvertibleMatrix matrix, Coupling coupling) = _modules[i];
            coupling.Invert(stack, Values);
            matrix.Invert(stack, Values);
        }

        Values.Split(Given, _noise.Tensor);
    }

    /// <summary>Puts the noise back.</summary>
    /// <param name="noise">Where it was drawn from.</param>
    /// <param name="before">The units before this one, each with what it was given.</param>
    /// <exception cref="TesseraFormatException">It cannot have been drawn.</exception>
    public void PutBack(NoiseSource noise, ReadOnlySpan<FlowUnit> before)
    {
        if (_noiseNet is null)
            return;
        _noiseNet.Run(before);
        noise.PutBack(_noise.Tensor.Values, _noiseNet.Means, _noiseNet.Levels);
    }

    public void Dispose()
    {
        _noiseNet?.Dispose();
        foreach ((_, Coupling coupling) in _modules)
            coupling.Dispose();
    }
}
