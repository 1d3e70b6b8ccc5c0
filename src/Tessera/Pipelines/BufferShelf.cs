using System.Collections.Concurrent;

namespace Tessera;

/// <summary>
/// Buffers between two uses. A pipeline's many coded segments are made by some threads and let go of by another; the shared pool
/// keeps too few of them, and would make new ones all the time.
/// </summary>
internal sealed class BufferShelf : IDisposable
{
    private readonly ConcurrentBag<PooledBuffer> _buffers = [];

    /// <summary>Takes an empty buffer.</summary>
    public PooledBuffer Take() => _buffers.TryTake(out PooledBuffer? buffer) ? buffer : new();

    /// <summary>Puts a buffer back, whatever is in it.</summary>
    public void Return(PooledBuffer buffer)
    {
        buffer.Clear();
        _buffers.Add(buffer);
    }

    /// <summary>Gives all memory back to the pool.</summary>
    public void Dispose()
    {
        while (_buffers.TryTake(out PooledBuffer? buffer))
            buffer.Dispose();
    }
}
