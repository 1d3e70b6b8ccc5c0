namespace Tessera.Scale.Tests;

/// <summary>
/// The most that is alive at once, by full collections on the way. What a process has instead depends on when its collector finds time.
/// </summary>
internal sealed class LiveMemory
{
    /// <summary>Rows between two looks.</summary>
    public const int Interval = 1024;

    /// <summary>Bytes.</summary>
    public long Peak { get; private set; }

    /// <summary>Looks, if rows passed a multiple of <see cref="Interval"/>.</summary>
    /// <param name="from">The first row.</param>
    /// <param name="to">The row after the last.</param>
    public void Look(int from, int to)
    {
        if (from / Interval != to / Interval)
            Peak = Math.Max(Peak, GC.GetTotalMemory(forceFullCollection: true));
    }
}

/// <summary>A source in whose midst it is looked at what is alive.</summary>
internal sealed class WatchedSource(IRasterSource source, LiveMemory memory) : IRasterSource
{
    private int _y;

    public ImageInfo Info => source.Info;

    public ValueTask<FrameInfo> ReadFrameInfoAsync(CancellationToken cancellationToken = default) => source.ReadFrameInfoAsync(cancellationToken);

    public async ValueTask ReadRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        await source.ReadRowsAsync(rows, cancellationToken);
        memory.Look(_y, _y += rows.Height);
    }

    public ValueTask<ImageMetadata> ReadTrailerAsync(CancellationToken cancellationToken = default) => source.ReadTrailerAsync(cancellationToken);

    public ValueTask DisposeAsync() => source.DisposeAsync();
}

/// <summary>A sink in whose midst it is looked at what is alive.</summary>
internal sealed class WatchedSink(IRasterSink sink, LiveMemory memory) : IRasterSink
{
    private int _y;

    public ValueTask BeginAsync(ImageInfo info, CancellationToken cancellationToken = default) => sink.BeginAsync(info, cancellationToken);

    public ValueTask BeginFrameAsync(FrameInfo frame, CancellationToken cancellationToken = default) => sink.BeginFrameAsync(frame, cancellationToken);

    public async ValueTask WriteRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default)
    {
        await sink.WriteRowsAsync(rows, cancellationToken);
        memory.Look(_y, _y += rows.Height);
    }

    public ValueTask CompleteAsync(ImageMetadata trailer, CancellationToken cancellationToken = default) => sink.CompleteAsync(trailer, cancellationToken);

    public ValueTask DisposeAsync() => sink.DisposeAsync();
}
