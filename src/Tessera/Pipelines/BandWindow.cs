namespace Tessera;

/// <summary>A band on its way through a pipeline.</summary>
internal interface IBand
{
    /// <summary>Its samples, which belong to the window.</summary>
    PlanarBuffer Samples { get; }

    /// <summary>Gives back what the band holds besides its samples.</summary>
    void Release();
}

/// <summary>
/// The bands that a pipeline holds, never more than a given number: who wants to bring in one more waits until the last stage has
/// let go of one, and gets its memory. This is what bounds the memory of a pipeline.
/// </summary>
internal sealed class BandWindow<TBand> : IDisposable
    where TBand : class, IBand
{
    private readonly int _capacity;
    private readonly int _channels;
    private readonly SemaphoreSlim _free;
    private readonly Lock _lock = new();
    private readonly HashSet<TBand> _held = [];
    private readonly List<PlanarBuffer> _unused = [];

    /// <param name="capacity">Bands at once, at least 1.</param>
    /// <param name="channels">Channels of each.</param>
    public BandWindow(int capacity, int channels)
    {
        _capacity = capacity;
        _channels = channels;
        _free = new(capacity);
    }

    /// <summary>Waits until there is room for a band, and makes it.</summary>
    /// <param name="bounds">The size of its samples.</param>
    /// <param name="create">Makes a band of samples, whose content is not defined.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<TBand> EnterAsync(PixelRectangle bounds, Func<PlanarBuffer, TBand> create, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            TBand band = create(TakeBuffer(bounds.Width, bounds.Height));
            _held.Add(band);
            return band;
        }
    }

    /// <summary>Lets go of a band that no stage uses any more.</summary>
    public void Leave(TBand band)
    {
        band.Release();
        lock (_lock)
        {
            _held.Remove(band);
            _unused.Add(band.Samples);
        }

        _free.Release();
    }

    /// <summary>Gives back all memory. No stage may run any more: it must not write to memory that others use by then.</summary>
    public void Dispose()
    {
        foreach (TBand band in _held)
        {
            band.Release();
            band.Samples.Dispose();
        }

        foreach (PlanarBuffer buffer in _unused)
            buffer.Dispose();
        _held.Clear();
        _unused.Clear();
        _free.Dispose();
    }

    /// <summary>Takes a buffer out of use, or makes one; in place of another, of the size of a frame's last band, if there are as many as may be.</summary>
    private PlanarBuffer TakeBuffer(int width, int height)
    {
        int index = _unused.FindIndex(b => b.Height == height);
        if (index < 0 && _held.Count + _unused.Count < _capacity)
            return new(width, height, _channels);
        PlanarBuffer buffer = _unused[Math.Max(index, 0)];
        _unused.RemoveAt(Math.Max(index, 0));
        if (index >= 0)
            return buffer;
        buffer.Dispose();
        return new(width, height, _channels);
    }
}
