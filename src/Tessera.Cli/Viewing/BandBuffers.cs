using System.Collections.Concurrent;

namespace Tessera.Cli.Viewing;

/// <summary>Buffers for bands of one image, used again and again: they are large.</summary>
/// <param name="grid">How the image is cut.</param>
/// <param name="channels">The image's channels.</param>
internal sealed class BandBuffers(TileGrid grid, int channels) : IDisposable
{
    private readonly ConcurrentDictionary<int, ConcurrentBag<PlanarBuffer>> _buffers = new();

    /// <summary>Gives a buffer of the size of a band. Its content is not defined.</summary>
    public PlanarBuffer Rent(long band)
    {
        PixelRectangle bounds = grid.BandBounds(band);
        return Bag(bounds.Height).TryTake(out PlanarBuffer? buffer) ? buffer : new(bounds.Width, bounds.Height, channels);
    }

    /// <summary>Takes a buffer back.</summary>
    public void Return(PlanarBuffer buffer) => Bag(buffer.Height).Add(buffer);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PlanarBuffer buffer in _buffers.Values.SelectMany(b => b))
            buffer.Dispose();
        _buffers.Clear();
    }

    private ConcurrentBag<PlanarBuffer> Bag(int height) => _buffers.GetOrAdd(height, _ => []);
}
