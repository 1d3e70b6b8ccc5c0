using Tessera.Models.Segments;

namespace Tessera.Models.Classic.Tests;

public sealed class SizeTests
{
    [Theory]
    [InlineData(3, 8)]
    [InlineData(1, 16)]
    [InlineData(4, 5)]
    public void Noise_takes_at_most_a_thousandth_more_than_its_samples(int channels, int depth)
    {
        using Raster image = new ImageCase(256, 256, new(channels, depth), Content.Noise, 1).Draw();
        Assert.InRange(Codec.Encode(image).Length, 0, 256 * 256 * channels * depth / 8 * 1.001);
    }

    [Theory]
    [InlineData(Content.Constant, 0.001)]
    [InlineData(Content.Repeats, 0.03)]
    [InlineData(Content.Text, 0.05)]
    [InlineData(Content.Extremes, 0.13)]
    internal void What_is_simple_becomes_small(Content content, double share)
    {
        using Raster image = new ImageCase(200, 160, new(3, 8), content, 2).Draw();
        Assert.InRange(Codec.Encode(image, effort: 9).Length, 0, 200 + (200 * 160 * 3 * share));
    }

    [Fact]
    public void A_pattern_of_many_colours_becomes_small_at_the_default_effort()
    {
        using Raster image = new ImageCase(260, 200, new(3, 8), Content.Repeats, 2).Draw();
        Assert.InRange(Codec.Encode(image).Length, 0, 1000);
    }

    [Fact]
    public void The_highest_effort_is_never_larger()
    {
        foreach (Content content in Enum.GetValues<Content>())
        {
            var image = new ImageCase(60, 50, new(3, 8), content, 4);
            int smallest = SegmentCase.Whole(image, 9).Encode().Length;
            for (int effort = 1; effort < 9; effort++)
                Assert.InRange(smallest, 1, SegmentCase.Whole(image, effort).Encode().Length);
        }
    }

    [Fact]
    public void Values_that_do_not_occur_cost_no_more_than_their_list()
    {
        // Ten bits in the upper part of sixteen, as cameras and scanners write them.
        using Raster shallow = new ImageCase(120, 90, new(1, 10), Content.Smooth, 9).Draw(), deep = Raster.Create(new(120, 90, new(1, 16)));
        for (int y = 0; y < 90; y++)
        {
            Span<ushort> from = shallow.Frames[0].Samples.Row(0, y), to = deep.Frames[0].Samples.Row(0, y);
            for (int x = 0; x < from.Length; x++)
                to[x] = (ushort)(from[x] << 6);
        }

        const int ListBytes = 1024 * 5 / 8;
        Assert.InRange(Codec.Encode(deep).Length, 0, (Codec.Encode(shallow).Length * 1.05) + ListBytes);
    }
}
