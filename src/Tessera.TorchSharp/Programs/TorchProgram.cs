using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Tessera.Exact;
using TorchSharp;
using static TorchSharp.torch;

namespace Tessera.TorchSharp;

/// <summary>
/// A graph as operations on tensors of 32-bit integers with the extents tiles, rows, columns, channels. Nothing in it rounds but what
/// <c>spec/arithmetic.md</c> says.
/// </summary>
internal sealed class TorchProgram : IDeviceProgram
{
    private readonly Graph _graph;
    private readonly Device _device;
    private readonly bool _measuresTransfers;
    private readonly Integers _integers;
    private readonly ImmutableArray<TorchOperation?> _operations;

    // For each value, the node after which it is not needed any more; none for what is handed out.
    private readonly int[] _lastUses;
    private readonly HostBuffer[] _inputs;
    private readonly HostBuffer[] _outputs;

    public TorchProgram(ExactGraph graph, Device device, bool measuresTransfers)
    {
        _graph = graph.Bound.Graph;
        _device = device;
        _measuresTransfers = measuresTransfers;

        // A scope of the program that this is part of would dispose of what is made here.
        using DisposeScope scope = NewDisposeScope();
        using IDisposable grad = no_grad();
        _integers = new(device);
        _operations = OperationFactory.Create(graph, _integers);
        _lastUses = LastUses(_graph);
        _inputs = [.. _graph.Inputs.Select(_ => new HostBuffer(device))];
        _outputs = [.. _graph.Outputs.Select(_ => new HostBuffer(device))];
    }

    public TimeSpan Run(TileBatch batch)
    {
        using IDisposable grad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        try
        {
            return Compute(batch);
        }
        catch (ExternalException e) when (TorchDevice.IsOutOfMemory(e))
        {
            throw new DeviceMemoryException(TorchDevice.FirstLine(e.Message), e);
        }
        catch (ExternalException e)
        {
            throw new InvalidOperationException(TorchDevice.FirstLine(e.Message), e);
        }
    }

    public void Dispose()
    {
        foreach (TorchOperation? operation in _operations)
            operation?.Dispose();
        _integers.Dispose();
        foreach (HostBuffer buffer in _inputs.Concat(_outputs))
            buffer.Dispose();
    }

    private TimeSpan Compute(TileBatch batch)
    {
        var transfers = new Stopwatch();
        var values = new Tensor?[_graph.Nodes.Length];
        transfers.Start();
        for (int i = 0; i < _graph.Inputs.Length; i++)
        {
            GraphValue value = _graph.Inputs[i].Output;
            int number = i;
            values[value.Index] = _inputs[i].Upload(Shape(value, batch.Size), target => batch.CopyInput(number, target));
        }

        if (_measuresTransfers)
            Wait();
        transfers.Stop();

        var arguments = new List<Tensor>();
        for (int i = 0; i < values.Length; i++)
        {
            if (_operations[i] is { } operation)
            {
                arguments.Clear();
                foreach (GraphValue input in _graph.Nodes[i].Inputs)
                    arguments.Add(values[input.Index]!);
                using DisposeScope step = NewDisposeScope();
                values[i] = operation.Run(CollectionsMarshal.AsSpan(arguments), batch.Size).MoveToOuterDisposeScope();
            }

            Release(values, i);
        }

        if (_measuresTransfers)
            Wait();
        transfers.Start();
        for (int i = 0; i < _outputs.Length; i++)
            _outputs[i].Download(values[_graph.Outputs[i].Value.Index]!);
        Wait();
        for (int i = 0; i < _outputs.Length; i++)
            batch.CopyOutput(i, _outputs[i].Elements);
        return _measuresTransfers ? transfers.Elapsed : TimeSpan.Zero;
    }

    private void Release(Tensor?[] values, int node)
    {
        foreach (GraphValue input in _graph.Nodes[node].Inputs)
        {
            if (_lastUses[input.Index] != node)
                continue;
            values[input.Index]?.Dispose();
            values[input.Index] = null;
        }
    }

    private void Wait()
    {
        if (_device.type == DeviceType.CUDA)
            cuda.synchronize(_device);
    }

    private static long[] Shape(GraphValue value, RunSize size)
    {
        (int height, int width) = value.Sides(size.Height, size.Width);
        return [size.Tiles, height, width, value.Channels];
    }

    private static int[] LastUses(Graph graph)
    {
        var last = new int[graph.Nodes.Length];
        for (int i = 0; i < last.Length; i++)
        {
            foreach (GraphValue input in graph.Nodes[i].Inputs)
                last[input.Index] = i;
        }

        foreach (GraphOutput output in graph.Outputs)
            last[output.Value.Index] = int.MaxValue;
        return last;
    }
}
