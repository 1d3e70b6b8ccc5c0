using System.Buffers;

namespace Tessera;

/// <summary>A growing run of bytes in pooled memory, used again and again.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int SmallestRent = 1 << 10;

    private byte[] _bytes = [];
    private int _length;

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, _length);

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    /// <summary>How many bytes were written.</summary>
    public int Length => _length;

    /// <summary>Forgets what was written, and keeps the memory.</summary>
    public void Clear() => _length = 0;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_bytes.Length - _length), nameof(count));
        _length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsSpan(_length);
    }

    /// <summary>Gives the memory back to the pool. The buffer may be used again, and is empty then.</summary>
    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
    }

    private void Grow(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        int needed = Math.Max(sizeHint, 1);
        if (_bytes.Length - _length >= needed)
            return;
        long size = Math.Max(Math.Max((long)_length + needed, 2L * _bytes.Length), SmallestRent);
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(size, Array.MaxLength));
        if (larger.Length - _length < needed)
        {
            ArrayPool<byte>.Shared.Return(larger);
            throw new InvalidOperationException("A coded segment exceeds the size of an array.");
        }

        Span.CopyTo(larger);
        int length = _length;
        Dispose();
        _bytes = larger;
        _length = length;
    }
}
