using System.Threading.Channels;
using Tessera.Container;

namespace Tessera;

/// <summary>
/// Makes bands of segments. One stage opens bands in order and adds their segments, workers decode these, one stage takes the bands
/// in order as they get complete. Two limits hold back the first stage when the others are slower: the window of bands, and the
/// queue of segments.
/// </summary>
internal sealed class BandAssembler : IDisposable
{
    private readonly DecodePlan _plan;
    private readonly DamageLog? _damage;
    private readonly BandWindow<DecodeBand> _window;
    private readonly Channel<DecodeBand> _bands;
    private readonly Channel<DecodeJob> _jobs;
    private DecodeBand? _open;
    private BandCoverage? _coverage;
    private long _segmentCount;

    /// <param name="plan">What is decoded.</param>
    /// <param name="maxDegreeOfParallelism">How many workers; 0 for as many as there are processors.</param>
    /// <param name="damage">Takes what is lost; null if the first fault is to end the decoding.</param>
    public BandAssembler(DecodePlan plan, int maxDegreeOfParallelism, DamageLog? damage)
    {
        _plan = plan;
        _damage = damage;
        Workers = MemoryPlan.Workers(maxDegreeOfParallelism, plan.Grid.TileCount);
        PixelRectangle band = plan.Grid.BandBounds(0);
        int capacity = MemoryPlan.BandsInFlight(PlanarBuffer.BytesOf(band.Width, band.Height, plan.Format.Channels), Workers);
        _window = new(capacity, plan.Format.Channels);
        _bands = Channel.CreateBounded<DecodeBand>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });
        _jobs = Channel.CreateBounded<DecodeJob>(new BoundedChannelOptions(2 * Workers) { SingleWriter = true });
    }

    /// <summary>How many tasks should run <see cref="DecodeAsync"/>.</summary>
    public int Workers { get; }

    /// <summary>Segments that were added.</summary>
    public long SegmentCount => _segmentCount;

    /// <summary>Opens the next band; the one before gets no more segments.</summary>
    /// <param name="index">The band's number.</param>
    /// <param name="frame">The frame that begins with it, or null.</param>
    /// <param name="cancellationToken">Ends the wait for room.</param>
    public async ValueTask OpenBandAsync(long index, FrameInfo? frame, CancellationToken cancellationToken)
    {
        CloseBand();
        PixelRectangle bounds = _plan.Grid.BandBounds(index);
        _open = await _window.EnterAsync(bounds, samples => CreateBand(index, samples, bounds, frame), cancellationToken).ConfigureAwait(false);
        await _bands.Writer.WriteAsync(_open, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds a segment of the open band. It is disposed of in any case.</summary>
    public async ValueTask AddAsync(SegmentItem segment, CancellationToken cancellationToken)
    {
        SegmentHeader header = segment.Header;
        _coverage?.Add(header.FirstTile, header.TileCount, header.FirstChannel, header.ChannelCount);
        _segmentCount++;
        _open!.Expect();
        try
        {
            await _jobs.Writer.WriteAsync(new(_open, segment), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    /// <summary>There are no more bands.</summary>
    public void CompleteAdding()
    {
        CloseBand();
        _jobs.Writer.Complete();
        _bands.Writer.Complete();
    }

    /// <summary>Decodes segments until there are no more.</summary>
    public async Task DecodeAsync(CancellationToken cancellationToken)
    {
        using var extractor = new SegmentExtractor(_plan, cancellationToken);
        await foreach (DecodeJob job in _jobs.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            using SegmentItem segment = job.Segment;
            Decode(extractor, segment, job.Band.Samples);
            job.Band.Settle();
        }
    }

    /// <summary>Takes the bands in order, each when it is complete.</summary>
    /// <param name="take">Takes a band; it must not keep it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task TakeBandsAsync(Func<DecodeBand, ValueTask> take, CancellationToken cancellationToken)
    {
        await foreach (DecodeBand band in _bands.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await band.Complete.WaitAsync(cancellationToken).ConfigureAwait(false);
            await take(band).ConfigureAwait(false);
            _window.Leave(band);
        }
    }

    /// <summary>Gives back all memory. No stage may run any more.</summary>
    public void Dispose()
    {
        while (_jobs.Reader.TryRead(out DecodeJob job))
            job.Segment.Dispose();
        _window.Dispose();
    }

    private DecodeBand CreateBand(long index, PlanarBuffer samples, PixelRectangle bounds, FrameInfo? frame)
    {
        if (_damage is not null)
        {
            // What no segment fills must not be what the memory held before.
            for (int channel = 0; channel < samples.Channels; channel++)
                samples.Plane(channel).Clear();
            (long firstTile, int tileCount) = _plan.Grid.BandTiles(index);
            _coverage = new(firstTile, tileCount, _plan.Format.Channels);
        }

        return new(samples, bounds, frame);
    }

    private void CloseBand()
    {
        if (_coverage is not null)
        {
            foreach (LostTiles missing in _coverage.Missing("No whole segment holds them."))
                _damage!.Add(missing);
        }

        _open?.Settle();
        _open = null;
        _coverage = null;
    }

    private void Decode(SegmentExtractor extractor, SegmentItem segment, PlanarBuffer band)
    {
        SegmentHeader header = segment.Header;
        try
        {
            extractor.Decode(header, segment.Payload.Span, segment.Offset, band);
        }
        catch (TesseraFormatException e) when (_damage is not null)
        {
            extractor.Clear(header, band);
            _damage.Add(new LostTiles(header.FirstTile, header.TileCount, header.FirstChannel, header.ChannelCount, e.Message));
        }
    }

    private readonly record struct DecodeJob(DecodeBand Band, SegmentItem Segment);
}
