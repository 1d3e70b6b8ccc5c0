namespace Tessera.Tests.Support;

/// <summary>Counts the calls of everything that a coder calls, and does something at one of them.</summary>
/// <param name="at">The number of the call, from 0.</param>
/// <param name="act">What to do there. It gets the token of the call.</param>
internal sealed class Calls(int at, Func<CancellationToken, Task> act)
{
    private int _count;

    /// <summary>Whether the call came.</summary>
    public bool Came => Volatile.Read(ref _count) > at;

    public async ValueTask NextAsync(CancellationToken cancellationToken)
    {
        // Not always at once, as with real streams.
        int number = Interlocked.Increment(ref _count) - 1;
        if (number % 3 == 0)
            await Task.Yield();
        if (number == at)
            await act(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>A call that cannot wait.</summary>
    public void Next()
    {
        if (Interlocked.Increment(ref _count) - 1 == at)
            act(default).GetAwaiter().GetResult();
    }
}

/// <summary>A file that is read in small pieces, or written, with calls that are counted.</summary>
internal sealed class CountedStream(byte[] content, Calls calls, int pieceLength = int.MaxValue, bool seeks = true) : Stream
{
    private readonly MemoryStream _content = Open(content);

    public override bool CanRead => true;

    public override bool CanSeek => seeks;

    public override bool CanWrite => true;

    public override long Length => seeks ? _content.Length : throw new NotSupportedException();

    public override long Position
    {
        get => seeks ? _content.Position : throw new NotSupportedException();
        set => _content.Position = seeks ? value : throw new NotSupportedException();
    }

    public byte[] ToArray() => _content.ToArray();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await calls.NextAsync(cancellationToken);
        return _content.Read(buffer.Span[..Math.Min(buffer.Length, pieceLength)]);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await calls.NextAsync(cancellationToken);
        _content.Write(buffer.Span);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => calls.NextAsync(cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Libraries read asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Libraries write asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => seeks ? _content.Seek(offset, origin) : throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException("Libraries flush asynchronously.");

    private static MemoryStream Open(byte[] content)
    {
        var stream = new MemoryStream();
        stream.Write(content);
        stream.Position = 0;
        return stream;
    }
}

/// <summary>An image whose calls are counted.</summary>
internal sealed class CountedSource(IRasterSource source, Calls calls) : IRasterSource
{
    public ImageInfo Info => source.Info;

    public async ValueTask<FrameInfo> ReadFrameInfoAsync(CancellationToken cancellationToken = default)
    {
        await calls.NextAsync(cancellationToken);
        return await source.ReadFrameInfoAsync(cancellationToken);
    }

    public async ValueTask ReadRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        await calls.NextAsync(cancellationToken);
        await source.ReadRowsAsync(rows, cancellationToken);
    }

    public async ValueTask<ImageMetadata> ReadTrailerAsync(CancellationToken cancellationToken = default)
    {
        await calls.NextAsync(cancellationToken);
        return await source.ReadTrailerAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}

/// <summary>A destination of an image whose calls are counted.</summary>
internal sealed class CountedSink(IRasterSink sink, Calls calls) : IRasterSink
{
    public async ValueTask BeginAsync(ImageInfo info, CancellationToken cancellationToken = default)
    {
        await calls.NextAsync(cancellationToken);
        await sink.BeginAsync(info, cancellationToken);
    }

    public async ValueTask BeginFrameAsync(FrameInfo frame, CancellationToken cancellationToken = default)
    {
        await calls.NextAsync(cancellationToken);
        await sink.BeginFrameAsync(frame, cancellationToken);
    }

    public async ValueTask WriteRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        await calls.NextAsync(cancellationToken);
        await sink.WriteRowsAsync(rows, cancellationToken);
    }

    public async ValueTask CompleteAsync(ImageMetadata trailer, CancellationToken cancellationToken = default)
    {
        await calls.NextAsync(cancellationToken);
        await sink.CompleteAsync(trailer, cancellationToken);
    }

    public ValueTask DisposeAsync() => sink.DisposeAsync();
}
