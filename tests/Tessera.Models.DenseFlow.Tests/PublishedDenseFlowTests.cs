namespace Tessera.Models.DenseFlow.Tests;

/// <summary>The published configurations have the published numbers.</summary>
public class PublishedDenseFlowTests
{
    [Fact]
    public void Parameters_are_those_of_the_authors_code()
    {
        Assert.Equal(130_647_294, PublishedDenseFlow.DenseFlow74x10.ParameterCount);
        Assert.Equal(75_020_522, PublishedDenseFlow.DenseFlow45x6.ParameterCount);
        Assert.Equal(2_395_784, PublishedDenseFlow.DequantizerParameterCount);
    }

    [Fact]
    public void Names_give_modules_and_growth()
    {
        Assert.Equal((74, 10), (PublishedDenseFlow.DenseFlow74x10.ModuleCount, PublishedDenseFlow.DenseFlow74x10.Growth));
        Assert.Equal((45, 6), (PublishedDenseFlow.DenseFlow45x6.ModuleCount, PublishedDenseFlow.DenseFlow45x6.Growth));
    }

    [Fact]
    public void Units_have_the_published_channels_and_parameters()
    {
        PublishedDenseFlow flow = PublishedDenseFlow.DenseFlow74x10;
        Assert.Equal([12, 22, 32, 42, 52, 62], flow.UnitChannels[0].ToArray());
        Assert.Equal([124, 134, 144, 154], flow.UnitChannels[1].ToArray());
        Assert.Equal([308], flow.UnitChannels[2].ToArray());
        Assert.Equal([7_849_420, 7_854_870, 7_861_320, 7_868_770, 7_877_220, 7_886_670], Units(0));
        Assert.Equal([9_561_096, 9_581_076, 9_602_256, 9_624_636], Units(1));
        Assert.Equal([33_736_080], Units(2));
        Assert.Equal([6_212, 22_772, 80_060, 225_596, 528_500, 563_972, 2_234_996, 5_285_372], new[] { 12, 24, 46, 78, 120, 124, 248, 382 }.Select(flow.NoiseNet));
        Assert.Equal(6_212 + 22_772 + 80_060 + 225_596 + 528_500 + 563_972 + 2_234_996 + 5_285_372, flow.NoiseParameterCount);

        IEnumerable<long> Units(int block) => flow.UnitChannels[block].Select(channels => flow.Blocks[block].Modules * PublishedDenseFlow.Module(channels));
    }

    [Fact]
    public void As_many_numbers_are_pushed_as_an_image_and_its_noise_have()
    {
        PublishedDenseFlow flow = PublishedDenseFlow.DenseFlow74x10;
        Assert.Equal(17_792, flow.PushedCount(32));
        Assert.Equal(17_792 - 3_072, flow.NoiseCount(32));
        foreach (int side in new[] { 8, 32, 64 })
            Assert.Equal(3 * side * side, PublishedDenseFlow.DenseFlow45x6.PushedCount(side) - PublishedDenseFlow.DenseFlow45x6.NoiseCount(side));
    }
}
