namespace Tessera.Png;

/// <summary>The contents of IDAT chunks being written: what comes is collected, and leaves as chunks of one size.</summary>
internal sealed class ImageDataWriter : Stream
{
    private const int ChunkSize = 1 << 16;

    private readonly PngChunkWriter _chunks;
    private readonly byte[] _content = GC.AllocateUninitializedArray<byte>(ChunkSize);
    private int _filled;

    public ImageDataWriter(PngChunkWriter chunks) => _chunks = chunks;

    /// <summary>Whether what comes is thrown away, since the image will not be completed.</summary>
    public bool Discards { get; set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty && !Discards)
        {
            int count = Math.Min(buffer.Length, ChunkSize - _filled);
            buffer[..count].CopyTo(_content.AsMemory(_filled));
            _filled += count;
            buffer = buffer[count..];
            if (_filled == ChunkSize)
                await WriteChunkAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes what was collected as a chunk, if there is anything.</summary>
    public async ValueTask WriteChunkAsync(CancellationToken cancellationToken)
    {
        if (_filled > 0)
            await _chunks.WriteAsync(PngChunkType.ImageData, _content.AsMemory(0, _filled), cancellationToken).ConfigureAwait(false);
        _filled = 0;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
