namespace Tessera.ImageSharp.Tests;

/// <summary>Passes on to another stream, and counts.</summary>
internal sealed class CountingStream(Stream inner, bool canSeek) : Stream
{
    public long BytesRead { get; private set; }

    /// <summary>Calls that were not asynchronous.</summary>
    public int SynchronousCalls { get; private set; }

    /// <summary>The most bytes that were written at once.</summary>
    public int LargestWrite { get; private set; }

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => canSeek;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => canSeek ? inner.Length : throw new NotSupportedException();

    public override long Position
    {
        get => canSeek ? inner.Position : throw new NotSupportedException();
        set => inner.Position = canSeek ? value : throw new NotSupportedException();
    }

    /// <summary>The most bytes that one call gives.</summary>
    public int Step { get; init; } = int.MaxValue;

    /// <summary>Runs before asynchronous calls that read, with the number of bytes read before.</summary>
    public Action<long>? Reading { get; init; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        SynchronousCalls++;
        int read = inner.Read(buffer, offset, Math.Min(count, Step));
        BytesRead += read;
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Reading?.Invoke(BytesRead);
        int read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, Step)], cancellationToken);
        BytesRead += read;
        return read;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        SynchronousCalls++;
        LargestWrite = Math.Max(LargestWrite, count);
        inner.Write(buffer, offset, count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        LargestWrite = Math.Max(LargestWrite, buffer.Length);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => canSeek ? inner.Seek(offset, origin) : throw new NotSupportedException();

    public override void SetLength(long value) => inner.SetLength(value);
}
