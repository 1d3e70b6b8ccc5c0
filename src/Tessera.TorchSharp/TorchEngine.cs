using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Tessera.Exact;
using Tessera.Exact.Managed;

namespace Tessera.TorchSharp;

/// <summary>
/// Runs graphs on CUDA devices, or on this machine's processors by libtorch, with results that equal the managed engine's to the bit. Executors of
/// all threads share the devices: tiles that are to be run at the same time become one batch. Made by <see cref="TorchEngineProvider"/>, which
/// looks first whether libtorch and the device are there.
/// </summary>
public sealed class TorchEngine : IEngine, IDisposable
{
    private readonly TorchEngineOptions _options;
    private readonly ImmutableArray<IDevice> _devices;
    private readonly DeviceArithmetic _arithmetic;
    private readonly TileScheduler _scheduler;
    private readonly ConditionalWeakTable<BoundGraph, SharedGraph> _graphs = [];
    private readonly Lock _gate = new();
    private readonly ManagedEngine _managed = new();

    /// <summary>Creates an engine.</summary>
    /// <param name="devices">What it runs graphs on: at least one. It disposes of them.</param>
    /// <param name="options">How it works.</param>
    internal TorchEngine(ImmutableArray<IDevice> devices, TorchEngineOptions options)
    {
        options.Validate();
        _options = options;
        _devices = devices;

        // What is exact on the least exact of them is exact on all.
        _arithmetic = new(devices.Min(device => device.Arithmetic.FactorLimit), devices.Min(device => device.Arithmetic.SumLimit));
        _scheduler = new(devices, options.MaxBatchTiles, options.MaxWait);
    }

    /// <inheritdoc/>
    public string Name => string.Join(", ", _devices.Select(device => device.Name));

    /// <summary>What it did until now.</summary>
    public EngineStatistics Statistics => _scheduler.Statistics;

    /// <inheritdoc/>
    /// <exception cref="InexactGraphException">An operation of the graph cannot be exact on the devices.</exception>
    public IGraphExecutor Prepare(BoundGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        lock (_gate)
        {
            if (!_graphs.TryGetValue(graph, out SharedGraph? shared))
                _graphs.Add(graph, shared = new(ExactGraph.Check(graph, _arithmetic), _devices.Length));
            return new TorchExecutor(shared, _scheduler, _managed, _options.LeastMultiplyAdds);
        }
    }

    /// <summary>
    /// Measures how many multiplications and additions a second the first device does in products of large matrices of single precision, which is what
    /// it could do at the most.
    /// </summary>
    /// <param name="side">Rows and columns of the matrices.</param>
    /// <param name="least">How long to measure at least.</param>
    /// <returns>The rate.</returns>
    /// <exception cref="InvalidOperationException">The device is not one of libtorch.</exception>
    public double MeasureMatrixRate(int side, TimeSpan least)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        return _devices[0] is TorchDevice device
            ? device.MeasureMatrixRate(side, least)
            : throw new InvalidOperationException($"{_devices[0].Name} is not a device of libtorch.");
    }

    /// <summary>Waits for what is being run, and gives back the devices with all that graphs take on them.</summary>
    public void Dispose()
    {
        _scheduler.Dispose();
        lock (_gate)
        {
            foreach ((_, SharedGraph graph) in _graphs)
                graph.Dispose();
            _graphs.Clear();
        }
    }
}
