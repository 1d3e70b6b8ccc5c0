using System.Collections.Concurrent;
using Tessera.Exact;
using Tessera.Exact.Managed;

namespace Tessera.TorchSharp.Tests.Support;

/// <summary>Runs every graph on two engines, and fails at the first integer in which they differ.</summary>
/// <param name="engine">The engine that is tested; the managed one is the other.</param>
internal sealed class ComparingEngine(IEngine engine) : IEngine
{
    private readonly ManagedEngine _managed = new();
    private readonly ConcurrentDictionary<BoundGraph, bool> _compared = [];

    public string Name => $"{engine.Name} beside {_managed.Name}";

    /// <summary>How many graphs were compared.</summary>
    public int Graphs => _compared.Count;

    public IGraphExecutor Prepare(BoundGraph graph) => new Executor(this, graph, engine.Prepare(graph), _managed.Prepare(graph));

    private sealed class Executor(ComparingEngine owner, BoundGraph graph, IGraphExecutor tested, IGraphExecutor managed) : IGraphExecutor
    {
        public void Run(ReadOnlySpan<ExactTensor> inputs, ReadOnlySpan<ExactTensor> outputs)
        {
            tested.Run(inputs, outputs);
            var expected = new ExactTensor[outputs.Length];
            for (int i = 0; i < expected.Length; i++)
                expected[i] = new(outputs[i].Tiles, outputs[i].Height, outputs[i].Width, outputs[i].Channels);
            managed.Run(inputs, expected);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i].Values.ToArray(), outputs[i].Values.ToArray());
            owner._compared[graph] = true;
        }

        public void Dispose()
        {
            tested.Dispose();
            managed.Dispose();
        }
    }
}
