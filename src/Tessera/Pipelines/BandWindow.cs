namespace Tessera;

/// <summary>
/// The bands that a pipeline holds, never more than a given number: who wants to bring in one more waits until the last stage has
/// let go of one. This is what bounds the memory of a pipeline.
/// </summary>
/// <typeparam name="TBand">A band; disposing it gives its memory back.</typeparam>
internal sealed class BandWindow<TBand> : IDisposable
    where TBand : IDisposable
{
    private readonly SemaphoreSlim _free;
    private readonly HashSet<TBand> _held = [];

    /// <param name="capacity">Bands at once, at least 1.</param>
    public BandWindow(int capacity) => _free = new(capacity);

    /// <summary>Waits until there is room for a band, and makes it.</summary>
    public async ValueTask<TBand> EnterAsync(Func<TBand> create, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        TBand band = create();
        lock (_held)
            _held.Add(band);
        return band;
    }

    /// <summary>Lets go of a band that no stage uses any more.</summary>
    public void Leave(TBand band)
    {
        lock (_held)
            _held.Remove(band);
        band.Dispose();
        _free.Release();
    }

    /// <summary>Lets go of all bands. No stage may run any more: what a stage writes to must not be in the pool.</summary>
    public void Dispose()
    {
        foreach (TBand band in _held)
            band.Dispose();
        _held.Clear();
        _free.Dispose();
    }
}
