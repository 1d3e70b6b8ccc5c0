using Tessera.Container;

namespace Tessera;

/// <summary>Decodes part of one frame: it reads only the segments that hold some of its tiles, found by the index.</summary>
internal sealed class RegionPipeline(DecodePlan plan, SeekableContainer container, int frame, PixelRectangle region, PlanarBuffer output)
{
    private readonly TileGrid _grid = plan.Grid;

    /// <summary>Runs all stages to their end.</summary>
    public async Task RunAsync(int maxDegreeOfParallelism, CancellationToken cancellationToken)
    {
        using var assembler = new BandAssembler(plan, maxDegreeOfParallelism, damage: null);
        using var stages = new StageGroup(cancellationToken);
        CancellationToken stopping = stages.Stopping;
        stages.Start(() => ReadAsync(assembler, stopping));
        for (int i = 0; i < assembler.Workers; i++)
            stages.Start(() => assembler.DecodeAsync(stopping));
        stages.Start(() => assembler.TakeBandsAsync(Copy, stopping));
        await stages.WhenAllAsync().ConfigureAwait(false);
    }

    private async Task ReadAsync(BandAssembler assembler, CancellationToken cancellationToken)
    {
        int firstRow = region.Y / _grid.TileSize, lastRow = (region.Bottom - 1) / _grid.TileSize;
        for (int band = firstRow / _grid.BandRows; band <= lastRow / _grid.BandRows; band++)
        {
            await assembler.OpenBandAsync(((long)frame * _grid.BandsPerFrame) + band, null, cancellationToken).ConfigureAwait(false);
            int first = Math.Max(firstRow, band * _grid.BandRows);
            int last = (int)Math.Min(lastRow, ((long)(band + 1) * _grid.BandRows) - 1);
            foreach (IndexEntry entry in FindSegments(first, last))
            {
                SegmentItem segment = await container.ReadSegmentAsync(entry, cancellationToken).ConfigureAwait(false);
                await assembler.AddAsync(segment, cancellationToken).ConfigureAwait(false);
            }
        }

        assembler.CompleteAdding();
    }

    /// <summary>The segments that hold tiles of the region in some rows of tiles; each once, though it may hold tiles of several rows.</summary>
    private IEnumerable<IndexEntry> FindSegments(int firstRow, int lastRow)
    {
        int firstColumn = region.X / _grid.TileSize, lastColumn = (region.Right - 1) / _grid.TileSize;
        var found = new HashSet<long>();
        for (int row = firstRow; row <= lastRow; row++)
        {
            long tile = (frame * _grid.TilesPerFrame) + ((long)row * _grid.Columns) + firstColumn;
            foreach (IndexEntry entry in container.Index.FindSegments(tile, lastColumn - firstColumn + 1))
            {
                if (found.Add(entry.Offset))
                    yield return entry;
            }
        }
    }

    private ValueTask Copy(DecodeBand band)
    {
        int top = Math.Max(band.Bounds.Y, region.Y), bottom = Math.Min(band.Bounds.Bottom, region.Bottom);
        for (int channel = 0; channel < output.Channels; channel++)
        {
            for (int y = top; y < bottom; y++)
                band.Samples.Row(channel, y - band.Bounds.Y).Slice(region.X, region.Width).CopyTo(output.Row(channel, y - region.Y));
        }

        return ValueTask.CompletedTask;
    }
}
