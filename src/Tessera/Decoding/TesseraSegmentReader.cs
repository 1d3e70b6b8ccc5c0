using System.Collections.Concurrent;
using Tessera.Container;

namespace Tessera;

/// <summary>
/// Decodes single segments of a file that stays open, found by its index, in any order and several at once: what a viewer needs, which
/// comes back to the same file again and again.
/// </summary>
public sealed class TesseraSegmentReader : IDisposable
{
    private readonly SeekableContainer _container;
    private readonly DecodePlan _plan;
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly CancellationTokenSource _disposed = new();
    private readonly ConcurrentBag<SegmentExtractor> _extractors = [];

    private TesseraSegmentReader(SeekableContainer container, DecodePlan plan)
    {
        _container = container;
        _plan = plan;
    }

    /// <summary>The image, without its metadata.</summary>
    public ImageInfo Info => ContainerMapping.ToInfo(_container.Header, ImageMetadata.Empty);

    /// <summary>The header.</summary>
    public ContainerHeader Header => _container.Header;

    /// <summary>How the image is cut.</summary>
    public TileGrid Grid => _plan.Grid;

    /// <summary>Where the segments are.</summary>
    public ContainerIndex Index => _container.Index;

    /// <summary>Reads the header and the index of a file.</summary>
    /// <param name="source">The file, which begins at position 0. It must seek, stays open, and is read only through the result from now on.</param>
    /// <param name="options">The models and the limits. Neither threads nor recovery matter here.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The reader.</returns>
    /// <exception cref="ArgumentException">The stream does not seek, or an option is out of range.</exception>
    /// <exception cref="TesseraFormatException">Header or index are not valid or exceed the limits, or a model is not installed.</exception>
    public static async Task<TesseraSegmentReader> OpenAsync(Stream source, TesseraDecoderOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        SeekableContainer container = await SeekableContainer.OpenAsync(source, options.Limits, cancellationToken).ConfigureAwait(false);
        return new(container, DecodePlan.Create(container.Header, options.Registry));
    }

    /// <summary>Reads a segment and decodes it on the calling thread. Any number of threads may do so at once, for buffers of their own or other tiles of the same.</summary>
    /// <param name="segment">One of <see cref="Index"/>.</param>
    /// <param name="band">As large as the segment's band (<see cref="TileGrid.BandBounds"/>), with all channels of the image: gets the segment's samples in their places, and stays as it is elsewhere.</param>
    /// <param name="cancellationToken">Ends the wait for the file. Decoding goes on until the reader is disposed of.</param>
    /// <returns>The segment's header.</returns>
    /// <exception cref="ArgumentException">The buffer has not the size of the band.</exception>
    /// <exception cref="TesseraFormatException">The segment is damaged, or not the one that the index says is there.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, or the reader was disposed of meanwhile.</exception>
    public async Task<SegmentHeader> DecodeAsync(IndexEntry segment, PlanarBuffer band, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(band);
        PixelRectangle bounds = Grid.BandBounds(Grid.BandOf(segment.FirstTile));
        if ((band.Width, band.Height, band.Channels) != (bounds.Width, bounds.Height, _plan.Format.Channels))
            throw new ArgumentException($"A buffer of {band.Width} x {band.Height} x {band.Channels} is not one for a band of {bounds.Width} x {bounds.Height} x {_plan.Format.Channels}.", nameof(band));
        using SegmentItem item = await ReadAsync(segment, cancellationToken).ConfigureAwait(false);
        CancellationToken disposed = _disposed.Token;
        if (!_extractors.TryTake(out SegmentExtractor? extractor))
            extractor = new(_plan, disposed);
        try
        {
            extractor.Decode(item.Header, item.Payload.Span, item.Offset, band);
            return item.Header;
        }
        finally
        {
            Return(extractor);
        }
    }

    /// <summary>Ends what is being decoded, and gives back the decoders. The stream stays open.</summary>
    public void Dispose()
    {
        _disposed.Cancel();
        while (_extractors.TryTake(out SegmentExtractor? extractor))
            extractor.Dispose();
    }

    private async Task<SegmentItem> ReadAsync(IndexEntry segment, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _disposed.Token.ThrowIfCancellationRequested();
            return await _container.ReadSegmentAsync(segment, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _reading.Release();
        }
    }

    private void Return(SegmentExtractor extractor)
    {
        _extractors.Add(extractor);

        // Whoever disposed of the reader meanwhile has not seen this one.
        if (_disposed.IsCancellationRequested && _extractors.TryTake(out SegmentExtractor? left))
            left.Dispose();
    }
}
