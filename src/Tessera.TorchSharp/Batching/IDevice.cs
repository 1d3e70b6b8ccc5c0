namespace Tessera.TorchSharp;

/// <summary>Something that runs graphs on batches of tiles. One thread at a time uses it.</summary>
internal interface IDevice : IDisposable
{
    /// <summary>What messages call it.</summary>
    string Name { get; }

    /// <summary>What its products of matrices keep.</summary>
    DeviceArithmetic Arithmetic { get; }

    /// <summary>Takes a graph's weights into its memory.</summary>
    IDeviceProgram Load(ExactGraph graph);
}

/// <summary>A graph in a device's memory.</summary>
internal interface IDeviceProgram : IDisposable
{
    /// <summary>Runs the graph on a batch: fills the outputs of its tiles.</summary>
    /// <returns>How long elements were on their way, where that is measured.</returns>
    /// <exception cref="DeviceMemoryException">The batch does not fit into the device's memory.</exception>
    TimeSpan Run(TileBatch batch);
}

/// <summary>A batch does not fit into a device's memory.</summary>
internal sealed class DeviceMemoryException(string message, Exception? innerException = null) : Exception(message, innerException);
