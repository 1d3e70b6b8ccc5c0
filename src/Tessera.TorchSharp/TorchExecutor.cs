using Tessera.Exact;
using Tessera.Exact.Managed;

namespace Tessera.TorchSharp;

/// <summary>Hands the tiles of one thread to the scheduler, or those of a small run to the managed engine.</summary>
internal sealed class TorchExecutor(SharedGraph graph, TileScheduler scheduler, ManagedEngine managed, double leastMultiplyAdds) : IGraphExecutor
{
    private readonly Graph _graph = graph.Graph.Bound.Graph;
    private IGraphExecutor? _small;

    public void Run(ReadOnlySpan<ExactTensor> inputs, ReadOnlySpan<ExactTensor> outputs)
    {
        var size = RunSize.Of(_graph, inputs, outputs);
        if (_graph.MultiplyAddsPerPixel * size.Tiles * size.Height * size.Width < leastMultiplyAdds)
        {
            _small ??= managed.Prepare(graph.Graph.Bound);
            _small.Run(inputs, outputs);
            return;
        }

        CheckRanges(inputs);
        scheduler.Run(new(graph, inputs.ToArray(), outputs.ToArray(), size));
    }

    public void Dispose() => _small?.Dispose();

    private void CheckRanges(ReadOnlySpan<ExactTensor> inputs)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            InputNode node = _graph.Inputs[i];
            short low = (short)node.Output.Range.Low, high = (short)node.Output.Range.High;
            int at = ((ReadOnlySpan<short>)inputs[i].Values).IndexOfAnyExceptInRange(low, high);
            if (at < 0)
                continue;
            int row = at / (inputs[i].Width * inputs[i].Channels);
            throw new ArgumentException(
                $"The input '{node.Name}' has an element in row {row % inputs[i].Height} of tile {row / inputs[i].Height} that is not {node.Output.Range}.");
        }
    }
}
