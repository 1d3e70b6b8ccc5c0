using System.Collections.Immutable;
using Tessera.Cli.Imaging;
using Tessera.Container;

namespace Tessera.Cli.Viewing;

/// <summary>Decodes a frame once, band by band, for its overview. Tiles that someone waits for go first.</summary>
internal sealed class OverviewBuilder(
    TesseraSegmentReader reader, SegmentStore store, DisplayFormat format, OverviewPyramid pyramid, ViewerResources resources)
{
    /// <summary>Adds all rows of a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task RunAsync(int frame, CancellationToken cancellationToken)
    {
        TileGrid grid = reader.Grid;
        byte[] pixels = [];
        for (int i = 0; i < grid.BandsPerFrame; i++)
        {
            long band = ((long)frame * grid.BandsPerFrame) + i;
            PixelRectangle bounds = grid.BandBounds(band);
            int rowBytes = bounds.Width * format.Channels;
            if (pixels.Length < rowBytes * bounds.Height)
                pixels = new byte[checked(rowBytes * bounds.Height)];
            await DecodeAsync(band, bounds, pixels, cancellationToken);
            for (int y = 0; y < bounds.Height; y++)
                pyramid.Add(pixels.AsSpan(y * rowBytes, rowBytes));
        }
    }

    private Task DecodeAsync(long band, PixelRectangle bounds, byte[] pixels, CancellationToken cancellationToken)
    {
        (long firstTile, int tileCount) = reader.Grid.BandTiles(band);
        ImmutableArray<IndexEntry> segments = reader.Index.FindSegments(firstTile, tileCount);
        var options = new ParallelOptions { MaxDegreeOfParallelism = resources.Threads, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(segments, options, async (segment, token) =>
        {
            await resources.Gate.WaitAsync(token);
            (await store.GetAsync(segment, evicts: false, cancellationToken)).CopyTo(bounds, format, pixels);
        });
    }
}
