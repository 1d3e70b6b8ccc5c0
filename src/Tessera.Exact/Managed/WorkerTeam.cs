using System.Runtime.ExceptionServices;

namespace Tessera.Exact.Managed;

/// <summary>Something that consists of independent pieces.</summary>
internal interface ITeamWork
{
    /// <summary>Does one piece.</summary>
    /// <param name="worker">Who does it: below the team's size, and no other piece at the same time.</param>
    /// <param name="piece">Which one.</param>
    void Do(int worker, int piece);
}

/// <summary>Threads that work on the pieces of one thing at a time. It allocates nothing once it runs.</summary>
internal sealed class WorkerTeam : IDisposable
{
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _start = new(0);
    private readonly CountdownEvent _done = new(1);
    private ITeamWork? _work;
    private Exception? _failure;
    private int _pieces;
    private int _next;
    private volatile bool _disposed;

    /// <param name="size">Threads, that of the caller included.</param>
    public WorkerTeam(int size)
    {
        _threads = new Thread[size - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i + 1;
            _threads[i] = new(() => Serve(worker)) { IsBackground = true, Name = $"Tessera.Exact worker {worker}" };
            _threads[i].Start();
        }
    }

    public int Size => _threads.Length + 1;

    /// <summary>Does all pieces; returns when they are done. The caller's thread works too.</summary>
    public void Run(ITeamWork work, int pieces)
    {
        if (pieces <= 1 || Size == 1)
        {
            for (int piece = 0; piece < pieces; piece++)
                work.Do(0, piece);
            return;
        }

        int helpers = Math.Min(pieces, Size) - 1;
        _work = work;
        _failure = null;
        _pieces = pieces;
        _next = 0;
        _done.Reset(helpers);
        _start.Release(helpers);
        DoPieces(0);
        _done.Wait();
        _work = null;
        if (_failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (_threads.Length > 0)
            _start.Release(_threads.Length);
        foreach (Thread thread in _threads)
            thread.Join();
        _start.Dispose();
        _done.Dispose();
    }

    private void Serve(int worker)
    {
        while (true)
        {
            _start.Wait();
            if (_disposed)
                return;
            DoPieces(worker);
            _done.Signal();
        }
    }

    private void DoPieces(int worker)
    {
        try
        {
            for (int piece = Interlocked.Increment(ref _next) - 1; piece < _pieces; piece = Interlocked.Increment(ref _next) - 1)
                _work!.Do(worker, piece);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
            Volatile.Write(ref _next, _pieces);
        }
    }
}
