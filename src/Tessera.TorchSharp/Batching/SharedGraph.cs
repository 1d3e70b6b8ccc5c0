using Tessera.Exact;

namespace Tessera.TorchSharp;

/// <summary>A graph that everyone who runs it shares: what it is on each device, and how large batches may be there.</summary>
internal sealed class SharedGraph(ExactGraph graph, int devices) : IDisposable
{
    private readonly IDeviceProgram?[] _programs = new IDeviceProgram?[devices];
    private readonly Dictionary<(int Height, int Width), int>[] _limits = [.. Enumerable.Range(0, devices).Select(_ => new Dictionary<(int, int), int>())];

    public ExactGraph Graph => graph;

    /// <summary>The graph on a device, for the thread that uses the device.</summary>
    public IDeviceProgram On(int number, IDevice device) => _programs[number] ??= device.Load(graph);

    /// <summary>The most tiles of a size that are known to be worth trying on a device.</summary>
    public int Limit(int device, RunSize size, int most) => Math.Min(most, _limits[device].GetValueOrDefault((size.Height, size.Width), most));

    /// <summary>Remembers that more tiles of a size do not fit into a device.</summary>
    public void Restrict(int device, RunSize size, int most) => _limits[device][(size.Height, size.Width)] = most;

    /// <summary>Gives back what the graph takes on the devices, when nothing runs it any more.</summary>
    public void Dispose()
    {
        foreach (IDeviceProgram? program in _programs)
            program?.Dispose();
        Array.Clear(_programs);
    }
}
