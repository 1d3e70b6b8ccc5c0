namespace Tessera.Cli.Files;

/// <summary>
/// Standard input that stops waiting when it is cancelled. A read of the operating system's cannot be cancelled; it is left behind,
/// which is harmless in a program that ends.
/// </summary>
internal sealed class InterruptibleStream(Stream inner) : Stream
{
    private byte[] _buffer = [];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => inner.Read(buffer);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The read that is left behind must not write into a buffer that someone else rents next.
        byte[] bytes = _buffer.Length >= buffer.Length ? _buffer : _buffer = new byte[buffer.Length];
        int count = await Task.Run(() => inner.Read(bytes, 0, buffer.Length), cancellationToken).WaitAsync(cancellationToken);
        bytes.AsSpan(0, count).CopyTo(buffer.Span);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
