using Tessera.Container;

namespace Tessera;

/// <summary>A coded segment, ready to be written. Its buffer goes back to the shelf when it is disposed of.</summary>
internal sealed class EncodedSegment(SegmentHeader header, PooledBuffer payload, BufferShelf shelf) : IDisposable
{
    private PooledBuffer? _payload = payload;

    public SegmentHeader Header => header;

    /// <summary>The coded bytes.</summary>
    /// <exception cref="ObjectDisposedException">The segment was disposed of.</exception>
    public ReadOnlyMemory<byte> Payload => (_payload ?? throw new ObjectDisposedException(nameof(EncodedSegment))).Memory;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _payload, null) is { } payload)
            shelf.Return(payload);
    }
}
