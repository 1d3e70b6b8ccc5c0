namespace Tessera.Tests;

/// <summary>What a quick look at tiles tells of them.</summary>
public class TileAnalysisTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void All_pixels_of_flat_areas_and_ramps_are_what_the_gradient_says(int channels)
    {
        Assert.Equal(256, GradientHits(channels, (_, _, _) => 17));
        Assert.Equal(256, GradientHits(channels, (x, y, channel) => (3 * x) + ((1 + channel) * y)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Hardly_any_pixel_of_noise_is(int channels)
    {
        var random = new Random(channels);
        Assert.InRange(GradientHits(channels, (_, _, _) => random.Next(256)), 0, 4);
    }

    [Fact]
    public void A_pixel_is_in_all_its_channels() =>
        Assert.Equal(0, GradientHits(3, (x, y, channel) => channel == 2 ? x * y * 7 : 5));

    [Fact]
    public void A_pixel_alone_says_nothing_against_it() => Assert.Equal(256, GradientHits(1, (_, _, _) => 1, 1, 1));

    [Fact]
    public void Values_are_counted_in_the_first_channel() =>
        Assert.Equal(5, Look(TileAnalysis.CountValues, 3, (x, y, channel) => channel == 0 ? 1000 * (x % 5) : x + y, 70, 40));

    [Theory]
    [InlineData(1, 128)]
    [InlineData(2, 192)]
    [InlineData(3, 256)]
    [InlineData(9, 256)]
    public void The_most_frequent_values_of_the_first_channel_have_a_share_of_its_samples(int values, int share) =>
        Assert.Equal(share, Look(t => TileAnalysis.ShareOfMostFrequent(t, values), 3, (x, y, channel) => channel > 0 ? y : x % 4 is 0 or 2 ? 500 : 7 * (x % 4), 64, 40));

    private static int GradientHits(int channels, Func<int, int, int, int> sample, int width = 70, int height = 40) =>
        Look(TileAnalysis.GradientHits, channels, sample, width, height);

    private static int Look(Func<TileRun, int> look, int channels, Func<int, int, int, int> sample, int width, int height)
    {
        using var image = new PlanarBuffer(width, height, channels);
        for (int channel = 0; channel < channels; channel++)
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                    image.Row(channel, y)[x] = (ushort)sample(x, y, channel);
            }
        }

        var grid = new TileGrid(width, height, 1, 32, 1 << 20);
        return look(new(grid, new(channels, 16), image, 0, (int)grid.TileCount, 0, channels));
    }
}
