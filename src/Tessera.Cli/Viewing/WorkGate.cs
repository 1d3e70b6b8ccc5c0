namespace Tessera.Cli.Viewing;

/// <summary>Lets work in the background wait while someone waits for an answer.</summary>
internal sealed class WorkGate
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private int _waiting;

    /// <summary>Runs what someone waits for.</summary>
    public async Task<T> RunFirstAsync<T>(Func<Task<T>> work)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            return await work();
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Waits until nobody waits.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _waiting) > 0)
            await Task.Delay(Pause, cancellationToken);
    }
}
