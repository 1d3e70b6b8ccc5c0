namespace Tessera.Formats.Tests;

/// <summary>Gives bytes as a network does, a few at a time, and cannot seek.</summary>
internal sealed class DribblingStream : Stream
{
    private readonly MemoryStream _bytes;
    private int _calls;

    public DribblingStream(byte[] bytes) => _bytes = new(bytes, writable: false);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_bytes.Read(buffer.Span[..Math.Min(buffer.Length, 1 + (_calls++ * 7 % 300))]));

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
