namespace Tessera.Tests.Support;

/// <summary>An endless supply of rows that are computed, not stored: an image of any size in no memory.</summary>
internal sealed class SyntheticSource(ImageInfo info) : IRasterSource
{
    private readonly List<PlanarBuffer> _buffers = [];
    private int _reads;
    private int _y;

    public ImageInfo Info => info;

    /// <summary>Runs before the rows of a call are given, with the number of the call.</summary>
    public Action<int>? Reading { get; init; }

    /// <summary>Calls for rows so far.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>All buffers that were ever filled.</summary>
    public IReadOnlyList<PlanarBuffer> Buffers => _buffers;

    public static ushort Sample(ImageInfo info, int channel, int x, int y) => (ushort)(((x * 3) ^ (y * 5) ^ (channel * 77)) & info.Format.MaxSample);

    public ValueTask<FrameInfo> ReadFrameInfoAsync(CancellationToken cancellationToken = default)
    {
        _y = 0;
        return new(FrameInfo.Default);
    }

    public async ValueTask ReadRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        _buffers.Add(rows);
        int call = Interlocked.Increment(ref _reads) - 1;
        Reading?.Invoke(call);
        cancellationToken.ThrowIfCancellationRequested();
        for (int channel = 0; channel < rows.Channels; channel++)
        {
            for (int y = 0; y < rows.Height; y++)
            {
                Span<ushort> row = rows.Row(channel, y);
                for (int x = 0; x < row.Length; x++)
                    row[x] = Sample(info, channel, x, _y + y);
            }
        }

        _y += rows.Height;
    }

    public ValueTask<ImageMetadata> ReadTrailerAsync(CancellationToken cancellationToken = default) => new(ImageMetadata.Empty);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Checks the rows of a <see cref="SyntheticSource"/> and keeps none.</summary>
internal sealed class CheckingSink : IRasterSink
{
    private ImageInfo? _info;
    private int _writes;
    private int _y;

    /// <summary>Runs before the rows of a call are taken, with the number of the call.</summary>
    public Func<int, CancellationToken, Task>? Writing { get; init; }

    /// <summary>Calls with rows so far.</summary>
    public int Writes => Volatile.Read(ref _writes);

    public bool IsComplete { get; private set; }

    public List<PlanarBuffer> Buffers { get; } = [];

    public ValueTask BeginAsync(ImageInfo info, CancellationToken cancellationToken = default)
    {
        _info = info;
        return ValueTask.CompletedTask;
    }

    public ValueTask BeginFrameAsync(FrameInfo frame, CancellationToken cancellationToken = default)
    {
        _y = 0;
        return ValueTask.CompletedTask;
    }

    public async ValueTask WriteRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        Buffers.Add(rows);
        int call = Interlocked.Increment(ref _writes) - 1;
        if (Writing is not null)
            await Writing(call, cancellationToken);
        for (int channel = 0; channel < rows.Channels; channel++)
        {
            for (int y = 0; y < rows.Height; y++)
            {
                ReadOnlySpan<ushort> row = rows.Row(channel, y);
                for (int x = 0; x < row.Length; x++)
                    Assert.Equal(SyntheticSource.Sample(_info!, channel, x, _y + y), row[x]);
            }
        }

        _y += rows.Height;
    }

    public ValueTask CompleteAsync(ImageMetadata trailer, CancellationToken cancellationToken = default)
    {
        IsComplete = true;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A stream whose writes can be observed, held up or made to fail.</summary>
internal sealed class HookedStream(Func<CancellationToken, Task> writing) : MemoryStream
{
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await writing(cancellationToken);
        Write(buffer.Span);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>A file that remembers what was read of it.</summary>
internal sealed class WatchedStream(byte[] file) : MemoryStream(file, writable: false)
{
    /// <summary>Each read: where, and how many bytes.</summary>
    public List<(long Offset, int Length)> Reads { get; } = [];

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        long offset = Position;
        int length = Read(buffer.Span);
        Reads.Add((offset, length));
        return new(length);
    }
}
