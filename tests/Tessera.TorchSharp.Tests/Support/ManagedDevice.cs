using Tessera.Exact;
using Tessera.Exact.Managed;

namespace Tessera.TorchSharp.Tests.Support;

/// <summary>A device that computes by the managed engine, so that tests of batches need no libtorch.</summary>
internal sealed class ManagedDevice : IDevice
{
    private readonly Lock _gate = new();

    public string Name { get; init; } = "test:0";

    public DeviceArithmetic Arithmetic { get; init; } = DeviceArithmetic.Single;

    /// <summary>The most tiles that fit into its memory.</summary>
    public int Memory { get; init; } = int.MaxValue;

    /// <summary>Called before a batch is run.</summary>
    public Action<TileBatch> Before { get; init; } = _ => { };

    /// <summary>Called for each output of a tile, which it may change.</summary>
    public Action<ExactTensor> Spoil { get; init; } = _ => { };

    /// <summary>Tiles of all batches that were tried, in order.</summary>
    public List<int> Tried { get; } = [];

    public bool IsDisposed { get; private set; }

    public IDeviceProgram Load(ExactGraph graph) => new Program(this, graph.Bound);

    public void Dispose() => IsDisposed = true;

    private sealed class Program(ManagedDevice device, BoundGraph graph) : IDeviceProgram
    {
        private readonly IGraphExecutor _executor = new ManagedEngine().Prepare(graph);

        public TimeSpan Run(TileBatch batch)
        {
            lock (device._gate)
                device.Tried.Add(batch.Tiles);
            device.Before(batch);
            if (batch.Tiles > device.Memory)
                throw new DeviceMemoryException("out of memory");
            ExactTensor[] inputs = [.. graph.Graph.Inputs.Select(input => Shaped(input.Output, batch.Size))];
            ExactTensor[] outputs = [.. graph.Graph.Outputs.Select(output => Shaped(output.Value, batch.Size))];
            for (int i = 0; i < inputs.Length; i++)
                batch.CopyInput(i, inputs[i].Values);
            _executor.Run(inputs, outputs);
            for (int i = 0; i < outputs.Length; i++)
            {
                device.Spoil(outputs[i]);
                batch.CopyOutput(i, outputs[i].Values);
            }

            return TimeSpan.Zero;
        }

        public void Dispose() => _executor.Dispose();

        private static ExactTensor Shaped(GraphValue value, RunSize size)
        {
            (int height, int width) = value.Sides(size.Height, size.Width);
            return new(size.Tiles, height, width, value.Channels);
        }
    }
}
