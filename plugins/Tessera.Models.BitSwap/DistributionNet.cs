using System.Collections.Immutable;
using Tessera.Exact;

namespace Tessera.Models.BitSwap;

/// <summary>A net that is prepared to run: from a variable to the distributions of another one.</summary>
internal sealed class DistributionNet : IDisposable
{
    private const int LocationBits = Entropy.ScaleTables.LocationFractionBits;
    private readonly IGraphExecutor _executor;
    private readonly ImmutableArray<GraphOutput> _outputs;
    private readonly ImmutableArray<int> _guesses;
    private readonly TensorShelf _shelf;
    private readonly ExactTensor[] _results;

    /// <param name="graph">The net.</param>
    /// <param name="engine">What runs it.</param>
    /// <param name="guesses">The channels of what it reads near which the first channels of the other variable are expected.</param>
    /// <param name="shelf">Where tensors come from.</param>
    public DistributionNet(BoundGraph graph, IEngine engine, ImmutableArray<int> guesses, TensorShelf shelf)
    {
        _executor = engine.Prepare(graph);
        _outputs = graph.Graph.Outputs;
        _guesses = guesses;
        _shelf = shelf;
        _results = new ExactTensor[_outputs.Length];
    }

    /// <summary>Gives the distributions by a variable.</summary>
    public void Run(Variable variable, Distributions distributions)
    {
        ExactTensor read = _shelf.Take(variable.Height, variable.Width, variable.Channels);
        Span<short> elements = read.Values;
        ReadOnlySpan<int> values = variable.Values;
        for (int i = 0; i < elements.Length; i++)
            elements[i] = (short)Math.Clamp(values[i], -ValueRange.ConvolutionLimit, ValueRange.ConvolutionLimit);
        for (int i = 0; i < _results.Length; i++)
            _results[i] = _shelf.Take(variable.Height, variable.Width, _outputs[i].Value.Channels);

        _executor.Run([read], _results);
        Combine(read, distributions);
        _shelf.Return(read);
        foreach (ExactTensor result in _results)
            _shelf.Return(result);
    }

    public void Dispose() => _executor.Dispose();

    private void Combine(ExactTensor read, Distributions distributions)
    {
        ReadOnlySpan<short> from = _results[0].Values, scales = _results[1].Values;
        distributions.Resize(from.Length);
        Span<int> locations = distributions.Locations;
        Span<byte> levels = distributions.Levels;
        for (int i = 0; i < from.Length; i++)
        {
            locations[i] = from[i];
            levels[i] = (byte)scales[i];
        }

        ScaleCorrection.Add(_results[2].Values, levels, locations);
        ReadOnlySpan<short> elements = read.Values;
        ReadOnlySpan<int> guesses = _guesses.AsSpan();
        int channels = _results[0].Channels;
        while (!locations.IsEmpty)
        {
            for (int c = 0; c < guesses.Length; c++)
                locations[c] += elements[guesses[c]] << LocationBits;
            locations = locations[channels..];
            elements = elements[read.Channels..];
        }
    }
}
