using Tessera.Exact;
using Tessera.Models.IdfPlusPlus.Tests.Support;

namespace Tessera.Models.IdfPlusPlus.Tests;

/// <summary>Configurations are those of the papers, and are read strictly.</summary>
public class ConfigurationTests
{
    private static readonly IdfConfiguration Idf32 = IdfConfiguration.Cifar10 with { Activation = "relu", Normalization = "none", Rezero = false, InversePermutation = false };

    [Fact]
    public void The_published_configurations_have_the_published_numbers_of_parameters()
    {
        Assert.Equal(58_642_832, IdfConfiguration.Cifar10.ParameterCount);
        Assert.Equal(58_642_832, IdfConfiguration.ImageNet32.ParameterCount);
        Assert.Equal(84_592_722, IdfConfiguration.ImageNet64.ParameterCount);
        Assert.Equal(58_458_052, Idf32.ParameterCount);
        Assert.Equal(84_333_916, (IdfConfiguration.ImageNet64 with { Activation = "relu", Normalization = "none", Rezero = false }).ParameterCount);
    }

    [Fact]
    public void The_published_configurations_take_the_known_work()
    {
        // Convolutions for one image, in billions.
        Assert.Equal(6.43, IdfGraphs.Encoding(IdfConfiguration.Cifar10).MultiplyAddsPerPixel * 32 * 32 / 1e9, 2);
        Assert.Equal(26.27, IdfGraphs.Encoding(IdfConfiguration.ImageNet64).MultiplyAddsPerPixel * 64 * 64 / 1e9, 2);
    }

    [Fact]
    public void Growth_is_shared_out_among_the_layers() =>
        Assert.Equal([42, 42, 42, 42, 43, 43, 43, 43, 43, 43, 43, 43], new NetConfiguration(12, 512).Growths());

    [Fact]
    public void A_quincunx_split_keeps_a_chessboard_and_then_every_other_row_of_it()
    {
        IdfConfiguration configuration = IdfConfiguration.Cifar10 with { Channels = 1, Split = ChannelSplit.Quincunx };

        // Of a block of 2 x 2 pixels in the order (0, 0), (0, 1), (1, 0), (1, 1), the two on a diagonal stay.
        Assert.Equal<int>([0, 3, 1, 2], configuration.SplitOrder(0));

        // They are (0, 0) and (1, 1) of each of four blocks: the first four channels are in even rows, those of the second in odd ones.
        Assert.Equal<int>([0, 1, 2, 3, 4, 5, 6, 7], configuration.SplitOrder(1));
        Assert.Equal<int>([0, 1, 2, 3], (configuration with { Split = ChannelSplit.Natural }).SplitOrder(0));
    }

    [Fact]
    public void Colors_are_recalled_where_what_leaves_are_the_pixels_own()
    {
        IdfConfiguration published = Published.Model.Configuration;
        Assert.Equal(30, published.Parts);
        Assert.All(Enumerable.Range(0, 30), part => Assert.Equal(part % 3 > 0, published.IsRecalled(part)));
        IdfConfiguration coupled = published with { Levels = published.Levels.SetItem(1, published.Levels[1] with { Steps = 1 }) };
        foreach (IdfConfiguration other in new[] { coupled, published with { Color = "none" }, published with { Split = ChannelSplit.Natural }, IdfConfiguration.Cifar10 })
            Assert.DoesNotContain(Enumerable.Range(0, other.Parts), other.IsRecalled);
    }

    [Fact]
    public void A_configuration_is_read_from_JSON()
    {
        var configuration = IdfConfiguration.FromJson("""
            {"levels":[{"steps":2,"coupling":{"depth":2,"growth":8},"prior":{"depth":1,"growth":4}},{"steps":1,"coupling":{"depth":0,"growth":0},"prior":null}],
             "channels":3,"activation":"relu","normalization":"none","rezero":true,"inverse_permutation":true,"permutation":"cyclic","split":"quincunx",
             "top":"channel","components":5,"size":null,"padding":"replicate","color":"ycocg-r","initial_scale":0.0625,"top_spread":0.5}
            """);
        Assert.Equal(2, configuration.Levels.Length);
        Assert.Equal(new(2, 8), configuration.Levels[0].Coupling);
        Assert.Equal(ChannelSplit.Quincunx, configuration.Split);
        Assert.Equal((4, 24), (configuration.Divisor, configuration.Width(1)));
    }

    [Theory]
    [InlineData("""{"levels":[]}""", "no levels")]
    [InlineData("""{"levels":[{"steps":1,"coupling":{"depth":1,"growth":1},"prior":{"depth":1,"growth":1}}],"top":"channel"}""", "but the last has a prior")]
    [InlineData("""{"levels":[{"steps":1,"coupling":{"depth":1,"growth":1}}],"top":"channel","activation":"gelu"}""", "'gelu'")]
    [InlineData("""{"levels":[{"steps":1,"coupling":{"depth":2,"growth":1}}],"top":"channel"}""", "adds one at least")]
    [InlineData("""{"levels":[{"steps":99999,"coupling":{"depth":1,"growth":1}}],"top":"channel"}""", "at most 64 steps")]
    [InlineData("""{"levels":[{"steps":1,"coupling":{"depth":1,"growth":1}}],"top":"element","size":3}""", "the size 3")]
    [InlineData("""{"levels":3}""", "not valid")]
    [InlineData("nonsense", "not valid")]
    public void A_configuration_that_is_not_valid_is_refused(string json, string message) =>
        Assert.Contains(message, Assert.Throws<WeightsException>(() => IdfConfiguration.FromJson(json)).Message, StringComparison.Ordinal);
}
