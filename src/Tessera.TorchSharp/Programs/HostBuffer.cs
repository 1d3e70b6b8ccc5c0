using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Tessera.TorchSharp;

/// <summary>
/// Where the elements of an input or output are on the host, as 16-bit integers: in pinned memory for CUDA, so that copies need not wait. Used
/// again when what was copied has arrived.
/// </summary>
internal sealed class HostBuffer(Device device) : IDisposable
{
    private Tensor? _memory;
    private Tensor? _used;

    /// <summary>The elements that were downloaded, once the device has been waited for.</summary>
    public ReadOnlySpan<short> Elements => MemoryMarshal.Cast<byte, short>(_used!.bytes);

    /// <summary>Copies elements to the device.</summary>
    /// <returns>A tensor of 32-bit integers, of the scope at hand.</returns>
    public Tensor Upload(long[] shape, SpanAction fill)
    {
        Tensor host = Take(shape);
        fill(MemoryMarshal.Cast<byte, short>(host.bytes));
        return host.to(device, non_blocking: true).to(int32);
    }

    /// <summary>Begins to copy a tensor from the device.</summary>
    public void Download(Tensor tensor) => Take(tensor.shape).copy_(tensor.to(int16), nonBlocking: true);

    public void Dispose()
    {
        _used?.Dispose();
        _memory?.Dispose();
    }

    private Tensor Take(long[] shape)
    {
        long length = shape.Aggregate(1L, (product, extent) => product * extent);

        // What a span can hold. As with a device's memory, fewer tiles help.
        if (length > int.MaxValue / sizeof(short))
            throw new DeviceMemoryException($"{length} elements exceed what is copied at once.");
        if (_memory is null || _memory.numel() < length)
        {
            _memory?.Dispose();
            _memory = null;
            Tensor memory = empty([length], int16, CPU);
            _memory = (device.type == DeviceType.CUDA ? memory.pin_memory() : memory).DetachFromDisposeScope();
        }

        _used?.Dispose();
        return _used = _memory.narrow(0, 0, length).view(shape).DetachFromDisposeScope();
    }
}

/// <summary>Writes elements.</summary>
/// <param name="target">Where they go.</param>
internal delegate void SpanAction(Span<short> target);
