using System.Collections.Immutable;
using System.Diagnostics;
using Tessera.Exact;

namespace Tessera.TorchSharp;

/// <summary>
/// Gathers the tiles that several threads want run at the same time, whatever segment or image they are of, into batches for one device or several.
/// A batch begins when every thread that was here a moment ago is back with its next tiles, or when the first of them has waited long enough.
/// </summary>
internal sealed class TileScheduler : IDisposable
{
    private readonly Lock _state = new();
    private readonly object _gate = new();
    private readonly ImmutableArray<IDevice> _devices;
    private readonly Thread[] _workers;
    private readonly int _maxTiles;
    private readonly TimeSpan _patience;
    private readonly List<TileRunRequest> _waiting = [];

    // The threads that are between two runs, and since when.
    private readonly Dictionary<int, long> _away = [];
    private EngineStatistics _statistics = new();
    private bool _disposed;

    /// <param name="devices">The devices, which it disposes of.</param>
    /// <param name="maxTiles">The most tiles of a batch.</param>
    /// <param name="patience">The longest that tiles wait for others.</param>
    public TileScheduler(ImmutableArray<IDevice> devices, int maxTiles, TimeSpan patience)
    {
        _devices = devices;
        _maxTiles = maxTiles;
        _patience = patience;
        _workers = new Thread[devices.Length];
        for (int i = 0; i < _workers.Length; i++)
        {
            int number = i;
            _workers[i] = new(() => Serve(number)) { IsBackground = true, Name = $"Tessera.TorchSharp {devices[i].Name}" };
            _workers[i].Start();
        }
    }

    public EngineStatistics Statistics
    {
        get
        {
            lock (_state)
                return _statistics;
        }
    }

    /// <summary>Runs a graph on tiles; returns when they are done.</summary>
    /// <exception cref="ArgumentException">A tile has more elements than sums are exact for.</exception>
    /// <exception cref="InsufficientMemoryException">Not even one tile fits into a device's memory.</exception>
    /// <exception cref="InvalidOperationException">A device failed.</exception>
    public void Run(TileRunRequest request)
    {
        int thread = Environment.CurrentManagedThreadId;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            request.Timestamp = Stopwatch.GetTimestamp();
            _away.Remove(thread);
            _waiting.Add(request);
            Monitor.PulseAll(_gate);
            while (!request.IsComplete)
                Monitor.Wait(_gate);
            _away[thread] = Stopwatch.GetTimestamp();
        }

        ThrowIfFailed(request.Failure);
    }

    /// <summary>Ends the workers when they have done what is waiting.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            Monitor.PulseAll(_gate);
        }

        foreach (Thread worker in _workers)
            worker.Join();
        foreach (IDevice device in _devices)
            device.Dispose();
    }

    // A failure belongs to all who wait: each throws an exception of its own.
    private static void ThrowIfFailed(Exception? failure)
    {
        switch (failure)
        {
            case null:
                return;
            case ArgumentException:
                throw new ArgumentException(failure.Message, failure);
            case DeviceMemoryException:
                throw new InsufficientMemoryException(failure.Message, failure);
            default:
                throw new InvalidOperationException($"A device failed while it ran a graph: {failure.Message}", failure);
        }
    }

    private void Serve(int number)
    {
        while (Take(number) is { } batch)
            Execute(number, batch);
    }

    // The next batch; null at the end.
    private TileBatch? Take(int number)
    {
        lock (_gate)
        {
            while (true)
            {
                if (_waiting.Count == 0)
                {
                    if (_disposed)
                        return null;
                    Monitor.Wait(_gate);
                    continue;
                }

                TileRunRequest first = _waiting[0];
                int limit = first.Graph!.Limit(number, first.Size, _maxTiles);
                TimeSpan left = _patience - Stopwatch.GetElapsedTime(first.Timestamp);
                if (_disposed || left <= TimeSpan.Zero || !IsAnyoneExpected() || Alike(first).Sum(run => run.Size.Tiles - run.Taken) >= limit)
                    return Gather(first, limit);
                Monitor.Wait(_gate, left);
            }
        }
    }

    // A thread that does not come back soon does something else.
    private bool IsAnyoneExpected()
    {
        foreach ((int thread, long since) in _away)
        {
            if (Stopwatch.GetElapsedTime(since) < _patience)
                return true;
            _away.Remove(thread);
        }

        return false;
    }

    private IEnumerable<TileRunRequest> Alike(TileRunRequest first) => _waiting.Where(run =>
        run.Graph == first.Graph && run.Size.Height == first.Size.Height && run.Size.Width == first.Size.Width);

    private TileBatch Gather(TileRunRequest first, int limit)
    {
        var ranges = ImmutableArray.CreateBuilder<TileRange>();
        foreach (TileRunRequest run in Alike(first))
        {
            int count = Math.Min(run.Size.Tiles - run.Taken, limit);
            if (count == 0)
                break;
            ranges.Add(new(run, run.Taken, count));
            run.Taken += count;
            limit -= count;
        }

        _waiting.RemoveAll(run => run.Taken == run.Size.Tiles);
        return new(ranges.DrainToImmutable());
    }

    private void Execute(int number, TileBatch batch)
    {
        SharedGraph graph = batch.Ranges[0].Run.Graph!;
        int limit = graph.Limit(number, batch.Size, _maxTiles);
        if (batch.Tiles > limit)
        {
            (TileBatch head, TileBatch tail) = batch.Split(limit);
            Execute(number, head);
            Execute(number, tail);
            return;
        }

        Exception? failure = null;
        try
        {
            long start = Stopwatch.GetTimestamp();
            TimeSpan transfers = graph.On(number, _devices[number]).Run(batch);
            Count(batch, Stopwatch.GetElapsedTime(start), transfers);
        }
        catch (DeviceMemoryException) when (batch.Tiles > 1)
        {
            graph.Restrict(number, batch.Size, batch.Tiles / 2);
            Execute(number, batch);
            return;
        }
        catch (Exception e)
        {
            failure = e is DeviceMemoryException
                ? new DeviceMemoryException(
                    $"One tile of {batch.Size.Height} x {batch.Size.Width} does not fit into the memory of {_devices[number].Name}: {e.Message}", e)
                : e;
        }

        lock (_gate)
        {
            foreach (TileRange range in batch.Ranges)
            {
                range.Run.Done += range.Count;
                if (failure is not null)
                    Abandon(range.Run, failure);
            }

            Monitor.PulseAll(_gate);
        }
    }

    // The tiles of a run that failed are not run: nobody would get them.
    private void Abandon(TileRunRequest run, Exception failure)
    {
        run.Failure ??= failure;
        run.Done += run.Size.Tiles - run.Taken;
        run.Taken = run.Size.Tiles;
        _waiting.Remove(run);
    }

    private void Count(TileBatch batch, TimeSpan time, TimeSpan transfers)
    {
        lock (_state)
        {
            _statistics = _statistics with
            {
                Batches = _statistics.Batches + 1,
                Tiles = _statistics.Tiles + batch.Tiles,
                LargestBatch = Math.Max(_statistics.LargestBatch, batch.Tiles),
                Time = _statistics.Time + time,
                TransferTime = _statistics.TransferTime + transfers,
            };
        }
    }
}
