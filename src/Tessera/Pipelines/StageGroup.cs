using System.Runtime.ExceptionServices;

namespace Tessera;

/// <summary>
/// The stages of a pipeline, run at the same time. The first to fail stops the others, and its exception is the one that surfaces,
/// once all have ended.
/// </summary>
internal sealed class StageGroup : IDisposable
{
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _stopping;
    private readonly List<Task> _stages = [];
    private ExceptionDispatchInfo? _failure;

    public StageGroup(CancellationToken cancellationToken)
    {
        _caller = cancellationToken;
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Cancelled when the caller cancels or a stage fails.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Starts a stage on the thread pool.</summary>
    public void Start(Func<Task> stage) => _stages.Add(Task.Run(() => RunAsync(stage), CancellationToken.None));

    /// <summary>Waits until all stages have ended, however they end.</summary>
    public async Task WhenAllAsync()
    {
        await Task.WhenAll(_stages).ConfigureAwait(false);
        if (_failure?.SourceException is OperationCanceledException e && _caller.IsCancellationRequested)
            throw new OperationCanceledException(e.Message, e, _caller);
        _failure?.Throw();
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(Func<Task> stage)
    {
        try
        {
            await stage().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null) is null)
                await _stopping.CancelAsync().ConfigureAwait(false);
        }
    }
}
