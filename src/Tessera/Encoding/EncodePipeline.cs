using System.Threading.Channels;
using Tessera.Container;

namespace Tessera;

/// <summary>
/// Encodes one image in three stages that run at the same time: one reads bands, workers cut them into segments and code these,
/// one writes the segments in order. The window of bands holds back the reader when the others are slower.
/// </summary>
internal sealed class EncodePipeline : IDisposable
{
    private readonly EncodePlan _plan;
    private readonly IRasterSource _source;
    private readonly ContainerWriter _writer;
    private readonly IProgress<CodingProgress>? _progress;
    private readonly int _workers;
    private readonly BandWindow<EncodeBand> _window;
    private readonly BufferShelf _shelf = new();
    private readonly Channel<EncodeBand> _bands;
    private readonly long[] _tilesOfModel;
    private ImageMetadata _trailer = ImageMetadata.Empty;
    private long _segmentCount;

    // Unbounded in itself: it holds nothing but the work on the bands in the window.
    private readonly Channel<Action<SegmentCompressor>> _work = Channel.CreateUnbounded<Action<SegmentCompressor>>();

    public EncodePipeline(EncodePlan plan, int maxDegreeOfParallelism, IRasterSource source, ContainerWriter writer, IProgress<CodingProgress>? progress)
    {
        _plan = plan;
        _source = source;
        _writer = writer;
        _progress = progress;
        _workers = MemoryPlan.Workers(maxDegreeOfParallelism, plan.Grid.TileCount);
        PixelRectangle band = plan.Grid.BandBounds(0);
        int capacity = MemoryPlan.BandsInFlight(PlanarBuffer.BytesOf(band.Width, band.Height, plan.Info.Format.Channels), _workers);
        _window = new(capacity, plan.Info.Format.Channels);
        _bands = Channel.CreateBounded<EncodeBand>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });
        _tilesOfModel = new long[plan.Models.Length];
    }

    /// <summary>Runs all stages to their end.</summary>
    public async Task<EncodeSummary> RunAsync(CancellationToken cancellationToken)
    {
        using var stages = new StageGroup(cancellationToken);
        CancellationToken stopping = stages.Stopping;
        stages.Start(() => ReadAsync(stopping));
        for (int i = 0; i < _workers; i++)
            stages.Start(() => CodeAsync(stopping));
        stages.Start(() => WriteAsync(stopping));
        await stages.WhenAllAsync().ConfigureAwait(false);

        return new()
        {
            Info = _plan.Info,
            Grid = _plan.Grid,
            SegmentCount = _segmentCount,
            ByteCount = _writer.BytesWritten,
            Models = [.. _plan.Models.Select((m, i) => new ModelUsage(m.Identity, _tilesOfModel[i]))],
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _window.Dispose();
        _shelf.Dispose();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        TileGrid grid = _plan.Grid;
        for (long index = 0; index < grid.BandCount; index++)
        {
            FrameInfo? frame = null;
            if (index % grid.BandsPerFrame == 0)
                frame = await _source.ReadFrameInfoAsync(cancellationToken).ConfigureAwait(false);
            EncodeBand band = await _window.EnterAsync(grid.BandBounds(index), samples => CreateBand(index, samples, frame), cancellationToken).ConfigureAwait(false);
            await _source.ReadRowsAsync(band.Samples, cancellationToken).ConfigureAwait(false);
            await _work.Writer.WriteAsync(_ => Cut(band, cancellationToken), cancellationToken).ConfigureAwait(false);
            await _bands.Writer.WriteAsync(band, cancellationToken).ConfigureAwait(false);
        }

        _trailer = await _source.ReadTrailerAsync(cancellationToken).ConfigureAwait(false);
        _bands.Writer.Complete();
    }

    private EncodeBand CreateBand(long index, PlanarBuffer samples, FrameInfo? frame)
    {
        (long firstTile, int tileCount) = _plan.Grid.BandTiles(index);
        return new(samples, frame, firstTile, tileCount);
    }

    private async Task CodeAsync(CancellationToken cancellationToken)
    {
        using var compressor = new SegmentCompressor(_plan, _shelf, cancellationToken);
        await foreach (Action<SegmentCompressor> job in _work.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            job(compressor);
    }

    /// <summary>Cuts a band into segments, which then are work like this was.</summary>
    private void Cut(EncodeBand band, CancellationToken cancellationToken)
    {
        int channels = _plan.Info.Format.Channels;
        var tiles = new TileRun(_plan.Grid, _plan.Info.Format, band.Samples, band.FirstTile, band.TileCount, 0, channels, cancellationToken);
        TileModel model = _plan.Models[_plan.ChooseForBand(tiles)];
        IReadOnlyList<int> counts = model.PlanSegments(tiles, _plan.Grid.Columns, _plan.Effort);
        if (counts.Any(c => c < 1) || counts.Sum(c => (long)c) != band.TileCount)
            throw new InvalidOperationException($"The model {model.Identity} cut a band of {band.TileCount} tiles into segments of {string.Join(", ", counts)}.");

        var jobs = new EncodeJob[counts.Count];
        long firstTile = band.FirstTile;
        for (int i = 0; i < jobs.Length; i++)
        {
            jobs[i] = new(band, firstTile, counts[i]);
            firstTile += counts[i];
        }

        band.SetJobs(jobs);
        foreach (EncodeJob job in jobs)
            _work.Writer.TryWrite(job.Run);
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        ModelTable models = await ListModelsAsync(cancellationToken).ConfigureAwait(false);
        await _writer.WriteHeaderAsync(ContainerMapping.ToHeader(_plan, models.Used), cancellationToken).ConfigureAwait(false);
        await _writer.WriteMetadataAsync(_plan.Info.Metadata, isCopy: false, cancellationToken).ConfigureAwait(false);

        long pixelsDone = 0;
        await foreach (EncodeBand band in _bands.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (band.Frame is { } frame)
                await _writer.WriteFrameAsync((int)(band.FirstTile / _plan.Grid.TilesPerFrame), frame, isCopy: false, cancellationToken).ConfigureAwait(false);
            foreach (EncodeJob job in await band.Jobs.WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                EncodedSegment segment = await job.Result.WaitAsync(cancellationToken).ConfigureAwait(false);
                await _writer.WriteSegmentAsync(models.Renumber(segment.Header), segment.Payload, cancellationToken).ConfigureAwait(false);
                Count(segment.Header);
                segment.Dispose();
            }

            pixelsDone += (long)band.Samples.Width * band.Samples.Height;
            _window.Leave(band);
            _progress?.Report(new(pixelsDone, _plan.Info.PixelCount));
        }

        _work.Writer.Complete();
        await _writer.WriteMetadataAsync(_trailer, isCopy: false, cancellationToken).ConfigureAwait(false);
        await _writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    // An image of one band is coded before its header is written, so that this names no model which is not used: decoders need not have it.
    private async Task<ModelTable> ListModelsAsync(CancellationToken cancellationToken)
    {
        if (_plan.Grid.BandCount > 1 || _plan.Models.Length == 1)
            return ModelTable.All(_plan.Models.Length);
        await _bands.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        if (!_bands.Reader.TryPeek(out EncodeBand? band))
            return ModelTable.All(_plan.Models.Length);
        var used = new SortedSet<int>();
        foreach (EncodeJob job in await band.Jobs.WaitAsync(cancellationToken).ConfigureAwait(false))
            used.UnionWith((await job.Result.WaitAsync(cancellationToken).ConfigureAwait(false)).Header.Runs.Select(run => run.ModelIndex));
        return new([.. used]);
    }

    private void Count(SegmentHeader header)
    {
        _segmentCount++;
        foreach (SegmentRun run in header.Runs)
            _tilesOfModel[run.ModelIndex] += run.TileCount;
    }
}
