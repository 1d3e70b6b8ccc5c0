namespace Tessera;

/// <summary>A band on its way through the decoder: complete when all of its segments are decoded.</summary>
internal sealed class DecodeBand(PlanarBuffer samples, PixelRectangle bounds, FrameInfo? frame) : IBand
{
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One for each segment that is not decoded, and one for that more segments may come.
    private int _pending = 1;

    /// <inheritdoc/>
    public PlanarBuffer Samples => samples;

    /// <summary>Its pixels within the frame.</summary>
    public PixelRectangle Bounds => bounds;

    /// <summary>The frame that begins with this band, or null.</summary>
    public FrameInfo? Frame => frame;

    /// <summary>Done when no segment is missing. It stays open if one fails: the failure ends the whole pipeline.</summary>
    public Task Complete => _complete.Task;

    /// <summary>One more segment is to be decoded.</summary>
    public void Expect() => Interlocked.Increment(ref _pending);

    /// <summary>A segment is decoded, or no more will come.</summary>
    public void Settle()
    {
        if (Interlocked.Decrement(ref _pending) == 0)
            _complete.SetResult();
    }

    /// <inheritdoc/>
    public void Release()
    {
        // It holds nothing but the samples.
    }
}
