using System.Runtime.InteropServices;
using TorchSharp;

namespace Tessera.TorchSharp;

/// <summary>A device of libtorch.</summary>
internal sealed class TorchDevice : IDevice
{
    private readonly torch.Device _device;
    private readonly bool _measuresTransfers;

    /// <param name="device">The device.</param>
    /// <param name="arithmetic">What its products of matrices keep.</param>
    /// <param name="measuresTransfers">Whether to wait for what is on its way, to know how long it takes.</param>
    public TorchDevice(torch.Device device, DeviceArithmetic arithmetic, bool measuresTransfers)
    {
        _device = device;
        _measuresTransfers = measuresTransfers;
        Arithmetic = arithmetic;
    }

    public string Name => _device.type == DeviceType.CUDA ? $"cuda:{_device.index}" : "torch-cpu";

    public DeviceArithmetic Arithmetic { get; }

    public IDeviceProgram Load(ExactGraph graph)
    {
        try
        {
            return new TorchProgram(graph, _device, _measuresTransfers);
        }
        catch (ExternalException e) when (IsOutOfMemory(e))
        {
            throw new DeviceMemoryException($"The weights of a graph do not fit: {FirstLine(e.Message)}", e);
        }
    }

    public void Dispose()
    {
        // What libtorch holds for a device is the process's.
    }

    /// <summary>Whether an error of libtorch says that memory is short: it has no type of its own.</summary>
    public static bool IsOutOfMemory(ExternalException error) =>
        error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || error.Message.Contains("not enough memory", StringComparison.OrdinalIgnoreCase)
        || error.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase)
        || error.Message.Contains("CUBLAS_STATUS_ALLOC_FAILED", StringComparison.Ordinal);

    /// <summary>What an error says, without the stack that follows.</summary>
    public static string FirstLine(string message) => message.AsSpan().Trim() is var text && text.IndexOfAny('\r', '\n') is >= 0 and int end ? text[..end].ToString() : text.ToString();

    /// <summary>
    /// Multiplications and additions a second in the product of two square matrices of single precision: what the device could do at the most.
    /// </summary>
    /// <param name="side">Rows and columns.</param>
    /// <param name="least">How long to measure at least.</param>
    public double MeasureMatrixRate(int side, TimeSpan least)
    {
        using torch.Tensor first = torch.ones([side, side], torch.float32, _device), second = torch.ones([side, side], torch.float32, _device);
        torch.mm(first, second).Dispose();
        Wait();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        long products = 0;
        do
        {
            torch.mm(first, second).Dispose();
            Wait();
            products++;
        }
        while (watch.Elapsed < least);
        return (double)products * side * side * side / watch.Elapsed.TotalSeconds;
    }

    private void Wait()
    {
        if (_device.type == DeviceType.CUDA)
            torch.cuda.synchronize(_device);
    }
}
