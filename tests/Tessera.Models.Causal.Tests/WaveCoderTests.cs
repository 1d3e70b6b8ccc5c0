using Tessera.Entropy;
using Tessera.Exact;
using Tessera.Models.Causal.Tests.Support;

namespace Tessera.Models.Causal.Tests;

/// <summary>The wavefront gives every sample the distribution that the plain model gives it, in the order that the rule gives.</summary>
public class WaveCoderTests
{
    [Theory]
    [InlineData("photograph", 33, 27)]
    [InlineData("noise", 14, 22)]
    [InlineData("extremes", 20, 31)]
    [InlineData("checkerboard", 12, 9)]
    [InlineData("flat", 12, 9)]
    [InlineData("noise", 1, 1)]
    [InlineData("noise", 1, 2)]
    [InlineData("noise", 2, 1)]
    [InlineData("noise", 30, 1)]
    [InlineData("noise", 30, 2)]
    [InlineData("noise", 30, 3)]
    [InlineData("noise", 1, 30)]
    [InlineData("noise", 2, 30)]
    public void Every_sample_has_the_slots_of_the_plain_model(string kind, int height, int width)
    {
        using PlanarBuffer image = Picture.Plane(kind, width, height);
        foreach (TensorFile weights in new[] { SmallModel.Weights(1), SmallModel.Weights(2), Published.Weights })
            AssertSame(new PlainModel(weights), image, Wavefront.Intervals(new(weights), Coding.Run(image, 256)).Single());
    }

    [Theory]
    [InlineData("photograph", 33, 27)]
    [InlineData("noise", 30, 2)]
    [InlineData("extremes", 20, 31)]
    public void Grey_is_coded_as_the_first_channel_of_colors_that_are_grey(string kind, int height, int width)
    {
        using PlanarBuffer colors = Picture.Plane(kind, width, height);
        using var grey = new PlanarBuffer(width, height, 1);
        colors.Plane(0).CopyTo(grey.Plane(0));
        for (int channel = 1; channel < 3; channel++)
            grey.Plane(0).CopyTo(colors.Plane(channel));
        CausalWeights weights = new(SmallModel.Weights(1));
        SymbolInterval[,,] expected = Wavefront.Intervals(weights, Coding.Run(colors, 256)).Single();
        SymbolInterval[,,] actual = Wavefront.Intervals(weights, Coding.Run(grey, 256)).Single();
        Assert.Equal(1, actual.GetLength(2));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                Assert.Equal(expected[y, x, 0], actual[y, x, 0]);
        }
    }

    [Fact]
    public void Blocks_side_by_side_know_nothing_of_each_other()
    {
        TensorFile weights = SmallModel.Weights(3);
        using PlanarBuffer image = Picture.Plane("photograph", 2 * 20, (2 * 20) + 7);
        TileRun run = Coding.Run(image, 20);
        SymbolInterval[][,,] together = Wavefront.Intervals(new(weights), run);
        Assert.Equal(6, together.Length);
        for (int i = 0; i < together.Length; i++)
            Assert.Equal(Wavefront.Intervals(new(weights), Coding.Run(image, 20, i, 1)).Single(), together[i]);
    }

    [Fact]
    public void Blocks_that_are_narrow_are_coded_beside_wide_ones_as_by_themselves()
    {
        // The last column of tiles is 1 and 2 pixels wide: it has steps without pixels while others have some.
        foreach (int rest in new[] { 1, 2 })
        {
            TensorFile weights = SmallModel.Weights(4);
            using PlanarBuffer image = Picture.Plane("noise", 16 + rest, 30);
            SymbolInterval[][,,] blocks = Wavefront.Intervals(new(weights), Coding.Run(image, 16));
            TileRun run = Coding.Run(image, 16);
            for (int i = 0; i < blocks.Length; i++)
            {
                PixelRectangle tile = run.Tiles[i];
                using var part = new PlanarBuffer(tile.Width, tile.Height, 3);
                for (int row = 0; row < 3 * tile.Height; row++)
                    run.Row(row % 3, tile, row / 3).CopyTo(part.Row(row % 3, row / 3));
                AssertSame(new PlainModel(weights), part, blocks[i]);
            }
        }
    }

    [Fact]
    public void Tiles_larger_than_a_block_are_cut_and_none_is_left_out()
    {
        using var image = new PlanarBuffer(700, 300, 3);
        var blocks = new List<PixelRectangle> { new(1, 2, 3, 4) };
        TileBlocks.List(Coding.Run(image, 600), blocks);
        Assert.Equal(
            [
                new(0, 0, 256, 256), new(256, 0, 256, 256), new(512, 0, 88, 256),
                new(0, 256, 256, 44), new(256, 256, 256, 44), new(512, 256, 88, 44),
                new(600, 0, 100, 256), new(600, 256, 100, 44),
            ],
            blocks);
    }

    private static void AssertSame(PlainModel plain, PlanarBuffer image, SymbolInterval[,,] intervals)
    {
        PlainModel.Sample[,,] expected = plain.Samples(image);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    if (expected[y, x, channel].Interval != intervals[y, x, channel])
                        Assert.Fail($"({y}, {x}, {channel}): {intervals[y, x, channel]} rather than {expected[y, x, channel].Interval}.");
                }
            }
        }
    }
}
