using System.Collections.Immutable;
using Tessera.Exact;

namespace Tessera.Models;

/// <summary>A graph that is prepared to run, on values of one size.</summary>
internal sealed class Net : IDisposable
{
    private readonly IGraphExecutor _executor;
    private readonly ImmutableArray<GraphOutput> _outputs;
    private readonly TensorShelf _shelf;
    private readonly ExactTensor[] _results;

    public Net(BoundGraph graph, IEngine engine, TensorShelf shelf)
    {
        _executor = engine.Prepare(graph);
        _outputs = graph.Graph.Outputs;
        _shelf = shelf;
        _results = new ExactTensor[_outputs.Length];
    }

    /// <summary>Runs the graph.</summary>
    /// <returns>Tensors of the shelf, which whoever runs it returns there. The list is valid until it runs again.</returns>
    public ReadOnlySpan<ExactTensor> Run(params ReadOnlySpan<ExactTensor> inputs)
    {
        for (int i = 0; i < _results.Length; i++)
            _results[i] = _shelf.Take(inputs[0].Height, inputs[0].Width, _outputs[i].Value.Channels);
        _executor.Run(inputs, _results);
        return _results;
    }

    public void Dispose() => _executor.Dispose();
}
