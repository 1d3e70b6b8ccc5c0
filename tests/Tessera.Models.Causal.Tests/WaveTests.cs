namespace Tessera.Models.Causal.Tests;

/// <summary>A tile's pixels are each in one step, after all that they are predicted from.</summary>
public class WaveTests
{
    /// <summary>Sizes of tiles: the smallest, lines, and those around the slant's period.</summary>
    public static TheoryData<int, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, int> { { 1, 97 }, { 97, 1 }, { 256, 256 }, { 256, 2 }, { 2, 256 }, { 31, 44 } };
            for (int height = 1; height <= 7; height++)
            {
                for (int width = 1; width <= 7; width++)
                    sizes.Add(height, width);
            }

            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_pixel_is_in_one_step(int height, int width)
    {
        var steps = new int?[height, width];
        for (int step = 0; step < Wave.Steps(height, width); step++)
        {
            (int first, int end) = Wave.Rows(step, height, width);
            Assert.InRange(first, 0, height);
            Assert.InRange(end, first, height);
            for (int y = first; y < end; y++)
            {
                int x = step - (Wave.Slant * y);
                Assert.Null(steps[y, x]);
                steps[y, x] = step;
            }
        }

        Assert.All(steps.Cast<int?>(), step => Assert.NotNull(step));
        Assert.Equal(Wave.Steps(height, width) - 1, steps[height - 1, width - 1]);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_step_s_rows_are_those_whose_pixel_is_within_the_tile(int height, int width)
    {
        for (int step = 0; step < Wave.Steps(height, width); step++)
        {
            (int first, int end) = Wave.Rows(step, height, width);
            Assert.Equal(
                Enumerable.Range(0, height).Where(y => step - (3 * y) >= 0 && step - (3 * y) < width), Enumerable.Range(first, end - first));
        }
    }

    [Fact]
    public void Neighbours_are_of_earlier_steps_and_at_most_ten_back()
    {
        // All that the predictor and the network read: three rows above, from three columns before to two after.
        foreach ((int dy, int dx) in HistoryTests.Neighbourhood)
            Assert.InRange(-(dx + (Wave.Slant * dy)), 1, 10);
    }
}
