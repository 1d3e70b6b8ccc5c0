using Tessera.Exact;

namespace Tessera.Models.BitSwap.Tests;

/// <summary>Configurations are those of the paper, and are read strictly.</summary>
public class ConfigurationTests
{
    private const string Net = """{"width":4,"entry":3,"blocks":[[3,1]]}""";

    [Fact]
    public void The_published_configurations_have_the_published_numbers_of_parameters()
    {
        Assert.Equal([45_277_240, 45_036_192, 44_906_456, 44_645_880], BitSwapConfiguration.Cifar10.Values.Select(c => c.ParameterCount));
        Assert.Equal([45_277_240, 45_036_192, 44_906_456], BitSwapConfiguration.ImageNet32.Values.Select(c => c.ParameterCount));
        Assert.Equal([2_835_916, 2_751_939, 2_672_826, 2_601_949], BitSwapConfiguration.Mnist.Values.Select(c => c.ParameterCount));
        Assert.Equal(45_636_880, BitSwapConfiguration.ImageNetCrops.ParameterCount);
        Assert.Equal([1, 2, 4, 8], BitSwapConfiguration.Cifar10.Keys);
    }

    [Fact]
    public void A_configuration_is_read_from_JSON()
    {
        var configuration = BitSwapConfiguration.FromJson("""
            {"channels":3,"color":"ycocg-r","conditional":false,"dropout":0.0,"form":"exact","size":null,"levels":[
                {"base":2,"latent":8,"squeeze":true,"posterior":{"blocks":[[3,1]],"entry":5,"width":24},"prior":{"blocks":[[3,2],[5,1]],"entry":3,"width":40}},
                {"base":1,"latent":5,"squeeze":false,"posterior":{"blocks":[],"entry":3,"width":24},"prior":{"blocks":[[3,2]],"entry":3,"width":40}}]}
            """);
        Assert.Equal(2, configuration.Levels.Length);
        Assert.Equal<int>([3, 3, 5], configuration.Levels[0].Prior.LayerKernels);
        Assert.Equal((5, 24), (configuration.Levels[0].Posterior.Entry, configuration.Levels[0].Posterior.Width));
        Assert.Equal((12, 8), (configuration.ChannelsBelow(0), configuration.ChannelsBelow(1)));
    }

    [Fact]
    public void Channels_of_which_others_are_copies_are_those_of_the_specification()
    {
        BitSwapConfiguration configuration = Chain($$"""
            {"latent":6,"squeeze":true,"base":2,"posterior":{{Net}},"prior":{{Net}}},
            {"latent":3,"squeeze":false,"base":1,"posterior":{{Net}},"prior":{{Net}}},
            {"latent":3,"squeeze":true,"base":1,"posterior":{{Net}},"prior":{{Net}}}
            """);
        Assert.Equal<int>([0, 4, 8, 3, 7, 11], configuration.KeptChannels(0));
        Assert.Equal<int>([0, 0, 0, 3, 1, 1, 1, 4, 2, 2, 2, 5], configuration.CopiedChannels(0));
        Assert.Equal<int>([0, 1, 2], configuration.KeptChannels(1));
        Assert.Equal<int>([0, 1, 2, 0, 1, 2], configuration.CopiedChannels(1));
        Assert.Equal<int>([0, 4, 8], configuration.KeptChannels(2));
        Assert.Equal<int>([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2], configuration.CopiedChannels(2));
    }

    [Fact]
    public void A_practical_configuration_has_the_parameters_of_its_convolutions_and_two_for_each_channel_at_the_top()
    {
        const int Stem = ((9 * 12) + 1) * 4, Layer = 2 * ((9 * 4) + 1) * 4, Output = ((9 * 4) + 1) * 8, Linear = 9 * 12 * 4;
        const int PriorStem = ((9 * 4) + 1) * 4, PriorOutput = ((9 * 4) + 1) * 24;
        BitSwapConfiguration configuration = Chain($$"""{"latent":4,"squeeze":true,"base":1,"posterior":{{Net}},"prior":{{Net}}}""");
        Assert.Equal(Stem + Layer + Output + Linear + PriorStem + Layer + PriorOutput + Linear + 8, configuration.ParameterCount);
        Assert.Equal((9 * ((12 * 4) + (4 * 4 * 2) + (4 * 8) + (12 * 4))), BitSwapGraphs.Posterior(configuration, 0).MultiplyAddsPerPixel);
    }

    [Theory]
    [InlineData("nonsense", "not valid")]
    [InlineData("null", "no levels")]
    [InlineData("{}", "no levels")]
    [InlineData("""{"levels":[]}""", "no levels")]
    [InlineData("""{"levels":3}""", "not valid")]
    [InlineData("""{"form":"exact","levels":[null]}""", "A net of level 0")]
    public void What_is_not_a_configuration_is_refused(string json, string message) => Refused(json, message);

    [Theory]
    [InlineData("\"latent\":6", "\"latent\":5", "The latent of level 0 has 5 channels")]
    [InlineData("\"latent\":6", "\"latent\":99999", "The latent of level 0 has 99999 channels")]
    [InlineData("\"squeeze\":true", "\"squeeze\":false", "Level 0 halves the sides")]
    [InlineData("\"squeeze\":false", "\"squeeze\":true", "Level 1 halves the sides")]
    [InlineData("\"base\":2", "\"base\":3", "Level 0 shows 3 pixels")]
    [InlineData("\"base\":1", "\"base\":2", "Level 1 shows 2 pixels")]
    [InlineData("\"width\":4", "\"width\":0", "A net of level 0")]
    [InlineData("\"entry\":3", "\"entry\":4", "A net of level 0")]
    [InlineData("[[3,1]]", "[[3,65]]", "A net of level 0")]
    [InlineData("[[3,1]]", "[[3,33],[3,32]]", "A net of level 0")]
    [InlineData("[[3,1]]", "[[33,1]]", "A net of level 0")]
    [InlineData("[[3,1]]", "[[2,1]]", "A net of level 0")]
    [InlineData("[[3,1]]", "[[3]]", "a pair")]
    [InlineData("[[3,1]]", "[[3,1,1]]", "a pair")]
    [InlineData("[[3,1]]", "[3]", "a pair")]
    [InlineData("[[3,1]]", "[[\"3\",1]]", "a pair")]
    [InlineData("\"exact\"", "\"published\"", "'exact' alone can be coded")]
    [InlineData("\"ycocg-r\"", "\"yuv\"", "'yuv'")]
    [InlineData("\"channels\":3", "\"channels\":2", "with 2 channels")]
    [InlineData("\"channels\":3", "\"channels\":5", "4 channels")]
    public void A_configuration_that_is_not_valid_is_refused(string valid, string wrong, string message)
    {
        string json = $$"""
            {"form":"exact","color":"ycocg-r","channels":3,"levels":[
                {"latent":6,"squeeze":true,"base":2,"posterior":{{Net}},"prior":{{Net}}},{"latent":3,"squeeze":false,"base":1,"posterior":{{Net}},"prior":{{Net}}}]}
            """;
        BitSwapConfiguration.FromJson(json);
        Refused(json.Replace(valid, wrong, StringComparison.Ordinal), message);
    }

    private static BitSwapConfiguration Chain(string levels) => BitSwapConfiguration.FromJson($$"""{"form":"exact","color":"ycocg-r","levels":[{{levels}}]}""");

    private static void Refused(string json, string message) =>
        Assert.Contains(message, Assert.Throws<WeightsException>(() => BitSwapConfiguration.FromJson(json)).Message, StringComparison.Ordinal);
}
