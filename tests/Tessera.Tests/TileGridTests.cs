using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Tests;

/// <summary>How images are cut.</summary>
public class TileGridTests
{
    private static readonly Gen<TileGrid> Grids =
        from width in Gen.Choose(1, 60)
        from height in Gen.Choose(1, 60)
        from frames in Gen.Choose(1, 3)
        from tile in Gen.Choose(1, 70)
        from bandRows in Gen.Choose(1, 9)
        select new TileGrid(width, height, frames, tile, bandRows);

    [Fact]
    public void Tiles_cover_every_pixel_of_a_frame_exactly_once()
    {
        Prop.ForAll(Grids.ToArbitrary(), grid =>
        {
            var covered = new int[grid.Height, grid.Width];
            for (long tile = 0; tile < grid.TilesPerFrame; tile++)
                Cover(covered, grid.TileBounds(tile));
            Assert.All(covered.Cast<int>(), count => Assert.Equal(1, count));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Bands_hold_every_tile_in_order_exactly_once_and_never_cross_a_frame()
    {
        Prop.ForAll(Grids.ToArbitrary(), grid =>
        {
            long next = 0;
            for (long band = 0; band < grid.BandCount; band++)
            {
                (long first, int count) = grid.BandTiles(band);
                Assert.Equal(next, first);
                Assert.Equal(first / grid.TilesPerFrame, (first + count - 1) / grid.TilesPerFrame);
                PixelRectangle bounds = grid.BandBounds(band);
                for (next = first; next < first + count; next++)
                {
                    Assert.Equal(band, grid.BandOf(next));
                    PixelRectangle tile = grid.TileBounds(next);
                    Assert.True(tile.Y >= bounds.Y && tile.Bottom <= bounds.Bottom);
                }
            }

            Assert.Equal(grid.TileCount, next);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_regions_of_a_run_are_at_most_three_and_hold_the_pixels_of_its_tiles()
    {
        var runs =
            from grid in Grids
            from band in Gen.Choose(0, (int)grid.BandCount - 1)
            let tiles = grid.BandTiles(band)
            from skip in Gen.Choose(0, tiles.Count - 1)
            from count in Gen.Choose(1, tiles.Count - skip)
            select (grid, band, first: tiles.First + skip, count);
        Prop.ForAll(runs.ToArbitrary(), run =>
        {
            PixelRectangle bounds = run.grid.BandBounds(run.band);
            using var samples = new PlanarBuffer(bounds.Width, bounds.Height, 1);
            var tiles = new TileRun(run.grid, new(1, 8), samples, run.first, run.count, 0, 1);
            var byTile = new int[bounds.Height, bounds.Width];
            var byRegion = new int[bounds.Height, bounds.Width];
            foreach (PixelRectangle tile in tiles.Tiles)
                Cover(byTile, tile);
            foreach (PixelRectangle region in tiles.Regions)
                Cover(byRegion, region);
            Assert.Equal(byTile, byRegion);
            Assert.InRange(tiles.Regions.Length, 1, 3);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_is_not_there_is_refused()
    {
        var grid = new TileGrid(20, 20, 1, 10, 1);
        using var band = new PlanarBuffer(20, 10, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => grid.TileBounds(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => grid.BandOf(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => grid.BandTiles(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TileGrid(20, 20, 1, TileGrid.MaxTileSize + 1, 1));
        Assert.Throws<ArgumentException>(() => new TileRun(grid, new(3, 8), band, 1, 2, 0, 3));
        Assert.Throws<ArgumentException>(() => new TileRun(grid, new(3, 8), band, 0, 1, 1, 3));
    }

    [Fact]
    public void The_largest_image_has_numbers_for_all_of_its_tiles()
    {
        var grid = new TileGrid(int.MaxValue, int.MaxValue, 1, 1 << 14, 1);
        PixelRectangle last = grid.TileBounds(grid.TileCount - 1);
        Assert.Equal((int.MaxValue, int.MaxValue), (last.Right, last.Bottom));
        Assert.Equal(grid.BandCount - 1, grid.BandOf(grid.TileCount - 1));
    }

    private static void Cover(int[,] covered, PixelRectangle rectangle)
    {
        for (int y = rectangle.Y; y < rectangle.Bottom; y++)
        {
            for (int x = rectangle.X; x < rectangle.Right; x++)
                covered[y, x]++;
        }
    }
}
