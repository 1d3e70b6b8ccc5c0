using Tessera.Models.Segments;
using Tessera.Models.Swift.Tests.Support;

namespace Tessera.Models.Swift.Tests;

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
    [InlineData(Content.Constant, 0.002)]
    [InlineData(Content.Gradient, 0.04)]
    [InlineData(Content.Text, 0.2)]
    internal void What_is_simple_becomes_small(Content content, double share)
    {
        using Raster image = new ImageCase(200, 160, new(3, 8), content, 2).Draw();
        Assert.InRange(Codec.Encode(image).Length, 0, 300 + (200 * 160 * 3 * share));
    }

    [Fact]
    public void A_higher_effort_is_never_larger()
    {
        foreach (Content content in Enum.GetValues<Content>())
        {
            foreach (SampleFormat format in new SampleFormat[] { new(3, 8), new(1, 12), new(4, 8, AlphaKind.Straight) })
            {
                var image = new ImageCase(90, 70, format, content, 4);
                int[] sizes = [.. Enumerable.Range(1, 9).Select(effort => SegmentCase.Whole(image, effort).Encode().Length)];
                Assert.Equal(sizes.OrderDescending(), sizes);
            }
        }
    }

    [Fact]
    public void A_channel_that_another_tells_costs_next_to_nothing()
    {
        // Blue is red less 7, wherever that is not below zero.
        using Raster image = new ImageCase(300, 200, new(3, 8), Content.Smooth, 3).Draw(), two = Raster.Create(new(300, 200, new(2, 8)));
        PlanarBuffer samples = image.Frames[0].Samples;
        for (int y = 0; y < samples.Height; y++)
        {
            for (int x = 0; x < samples.Width; x++)
            {
                samples.Row(0, y)[x] = Math.Max(samples.Row(0, y)[x], (ushort)7);
                samples.Row(2, y)[x] = (ushort)(samples.Row(0, y)[x] - 7);
            }

            for (int channel = 0; channel < 2; channel++)
                samples.Row(channel, y).CopyTo(two.Frames[0].Samples.Row(channel, y));
        }

        Assert.InRange(Codec.Encode(image).Length, 0, (Codec.Encode(two).Length * 1.02) + 600);
    }
}
