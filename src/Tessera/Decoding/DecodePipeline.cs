using Tessera.Container;

namespace Tessera;

/// <summary>Decodes one file in three stages that run at the same time: one reads segments, workers decode them, one writes bands in order.</summary>
internal sealed class DecodePipeline(
    TesseraDecoderOptions options, ContainerReader container, IRasterSink sink, IProgress<CodingProgress>? progress)
{
    private readonly DamageLog _damage = new();

    /// <summary>Runs all stages to their end.</summary>
    public async Task<DecodeSummary> RunAsync(CancellationToken cancellationToken)
    {
        var reader = new ImageReader(container, _damage);
        try
        {
            // Models before metadata: a file that cannot be decoded is refused at once.
            ContainerHeader header = await reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
            var plan = DecodePlan.Create(header, options.Registry);
            ImageInfo whole = await reader.ReadInfoAsync(cancellationToken).ConfigureAwait(false);
            ImageInfo info = whole with { FrameCount = Math.Min(whole.FrameCount, options.MaxFrames) };

            // The sink may refuse the image: it is asked before the memory for the first bands is taken.
            await sink.BeginAsync(info, cancellationToken).ConfigureAwait(false);
            using var assembler = new BandAssembler(plan, options.MaxDegreeOfParallelism, options.Recovery == RecoveryMode.None ? null : _damage);

            using var stages = new StageGroup(cancellationToken);
            CancellationToken stopping = stages.Stopping;
            stages.Start(() => ReadAsync(reader, plan.Grid, info.FrameCount, assembler, stopping));
            for (int i = 0; i < assembler.Workers; i++)
                stages.Start(() => assembler.DecodeAsync(stopping));
            stages.Start(() => WriteAsync(reader, info, assembler, stopping));
            await stages.WhenAllAsync().ConfigureAwait(false);

            return new()
            {
                Info = info,
                Header = header,
                SegmentCount = assembler.SegmentCount,
                LostTiles = _damage.Tiles(),
                DamagedBytes = _damage.Bytes(),
            };
        }
        finally
        {
            reader.Abandon();
        }
    }

    private static async Task ReadAsync(
        ImageReader reader, TileGrid grid, int frameCount, BandAssembler assembler, CancellationToken cancellationToken)
    {
        long nextBand = 0, bandCount = (long)grid.BandsPerFrame * frameCount, band;
        while (await reader.ReadSegmentAsync(cancellationToken).ConfigureAwait(false) is { } segment)
        {
            try
            {
                band = grid.BandOf(segment.Header.FirstTile);
                await OpenUpTo(Math.Min(band, bandCount - 1)).ConfigureAwait(false);
            }
            catch
            {
                segment.Dispose();
                throw;
            }

            if (band >= bandCount)
            {
                segment.Dispose();
                break;
            }

            await assembler.AddAsync(segment, cancellationToken).ConfigureAwait(false);
        }

        await OpenUpTo(bandCount - 1).ConfigureAwait(false);
        assembler.CompleteAdding();

        // More than one band at a time only where segments are lost.
        async ValueTask OpenUpTo(long last)
        {
            for (; nextBand <= last; nextBand++)
            {
                FrameInfo? frame = nextBand % grid.BandsPerFrame == 0 ? reader.Frame(nextBand / grid.BandsPerFrame) : null;
                await assembler.OpenBandAsync(nextBand, frame, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task WriteAsync(ImageReader reader, ImageInfo info, BandAssembler assembler, CancellationToken cancellationToken)
    {
        long pixelsDone = 0;
        await assembler.TakeBandsAsync(WriteBandAsync, cancellationToken).ConfigureAwait(false);

        // The reader has come to its end before the last band could be taken.
        await sink.CompleteAsync(reader.Trailer, cancellationToken).ConfigureAwait(false);

        async ValueTask WriteBandAsync(DecodeBand band)
        {
            if (band.Frame is { } frame)
                await sink.BeginFrameAsync(frame, cancellationToken).ConfigureAwait(false);
            await sink.WriteRowsAsync(band.Samples, cancellationToken).ConfigureAwait(false);
            pixelsDone += band.Bounds.Area;
            progress?.Report(new(pixelsDone, info.PixelCount));
        }
    }
}
