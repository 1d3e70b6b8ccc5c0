using Tessera.Exact;
using Tessera.Models.DenseFlow.Tests.Support;

namespace Tessera.Models.DenseFlow.Tests;

/// <summary>Configurations are read strictly, and say what tensors there are.</summary>
public class ConfigurationTests
{
    [Fact]
    public void A_configuration_is_read_from_JSON()
    {
        var configuration = DenseFlowConfiguration.FromJson(SmallModel.TinyConfiguration);
        Assert.Equal((4, 10, true), (configuration.DequantisationBits, configuration.FractionBits, configuration.IsTransformed));
        Assert.Equal(6, configuration.Dequantiser!.Width);
        Assert.Equal<int>([4, 2], configuration.Blocks[0].Net.Growth);
        Assert.Equal<int>([2, 1, 1], configuration.Blocks[0].Modules);
        Assert.Equal((5, null), (configuration.Blocks[0].Kept, configuration.Blocks[1].Kept));
        Assert.False(DenseFlowConfiguration.FromJson(SmallModel.UniformConfiguration).IsTransformed);
    }

    [Fact]
    public void Channels_grow_by_squares_and_noise_and_shrink_by_what_leaves()
    {
        var configuration = DenseFlowConfiguration.FromJson(SmallModel.TinyConfiguration);
        Assert.Equal(4, configuration.Divisor);
        Assert.Equal([12, 14, 16], Enumerable.Range(0, 3).Select(unit => configuration.Channels(0, unit)));
        Assert.Equal([12, 12, 14], Enumerable.Range(0, 3).Select(unit => configuration.Given(0, unit)));
        Assert.Equal([0, 12, 24], Enumerable.Range(0, 3).Select(unit => configuration.Recorded(0, unit)));
        Assert.Equal((12, 16, 20, 20), (configuration.Entering(0), configuration.Leaving(0), configuration.Entering(1), configuration.Leaving(1)));
    }

    [Theory]
    [InlineData("nonsense", "not valid")]
    [InlineData("null", "no blocks")]
    [InlineData("{}", "not valid")]
    [InlineData("""{"color":"none","dequantisation_bits":4,"fraction_bits":10,"dequantiser":null,"blocks":[]}""", "no blocks")]
    [InlineData("""{"color":"none","dequantisation_bits":4,"fraction_bits":10,"dequantiser":null,"blocks":3}""", "not valid")]
    [InlineData("""{"color":"none","dequantisation_bits":4,"fraction_bits":10,"dequantiser":null,"blocks":[null]}""", "The net of block 0")]
    public void What_is_not_a_configuration_is_refused(string json, string message) => Refused(json, message);

    [Theory]
    [InlineData("\"ycocg-r\"", "\"yuv\"", "'yuv'")]
    [InlineData("\"ycocg-r\"", "null", "colour transform")]
    [InlineData("\"fraction_bits\":10", "\"fraction_bits\":3", "3 fraction bits")]
    [InlineData("\"fraction_bits\":10", "\"fraction_bits\":21", "21 fraction bits")]
    [InlineData("\"fraction_bits\":10", "\"fractions\":10", "fraction_bits")]
    [InlineData("\"dequantisation_bits\":4", "\"dequantisation_bits\":9", "given 9 bits; 0 to 8")]
    [InlineData("\"dequantisation_bits\":4", "\"dequantisation_bits\":-1", "given -1 bits")]
    [InlineData("\"growth\":[3]", "\"growth\":[0]", "The dequantiser")]
    [InlineData("\"growth\":[3]", "\"growth\":[4090,4090]", "The dequantiser")]
    [InlineData("\"growth\":[3]", "\"growth\":null", "not valid")]
    [InlineData("\"width\":5", "\"width\":0", "The net of block 1")]
    [InlineData("\"width\":5", "\"width\":4097", "The net of block 1")]
    [InlineData("\"growth\":[4,2]", "\"growth\":[4,2147483647]", "The net of block 0")]
    [InlineData("\"modules\":[2]", "\"modules\":[]", "Block 1 has 1 to 16 units")]
    [InlineData("\"modules\":[2]", "\"modules\":[0]", "Block 1 has 1 to 16 units")]
    [InlineData("\"modules\":[2]", "\"modules\":[65]", "of 1 to 64 modules")]
    [InlineData("\"modules\":[2]", "\"modules\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "Block 1 has 1 to 16 units")]
    [InlineData("\"noise\":2", "\"noise\":0", "The noise of block 0 has 0 channels")]
    [InlineData("\"noise\":2", "\"noise\":3", "The noise of block 0 has 3 channels")]
    [InlineData("\"noise\":2", "\"noise\":66", "The noise of block 0 has 66 channels")]
    [InlineData("\"noise\":0", "\"noise\":-2", "The noise of block 1 has -2 channels")]
    [InlineData("\"kept\":5", "\"kept\":2", "2 channels are kept; 3 to 15")]
    [InlineData("\"kept\":5", "\"kept\":16", "16 channels are kept")]
    [InlineData("\"kept\":5", "\"kept\":null", "0 channels are kept")]
    [InlineData("\"kept\":null", "\"kept\":4", "the last one, 4 channels are kept")]
    public void A_configuration_that_is_not_valid_is_refused(string valid, string wrong, string message)
    {
        string json = SmallModel.TinyConfiguration;
        Assert.Contains(valid, json, StringComparison.Ordinal);
        Refused(json.Replace(valid, wrong, StringComparison.Ordinal), message);
    }

    [Fact]
    public void Bits_that_are_all_alike_may_be_more()
    {
        Assert.Equal(16, DenseFlowConfiguration.FromJson(SmallModel.UniformConfiguration.Replace("_bits\":6", "_bits\":16", StringComparison.Ordinal)).DequantisationBits);
        Refused(SmallModel.UniformConfiguration.Replace("_bits\":6", "_bits\":17", StringComparison.Ordinal), "given 17 bits; 0 to 16");
    }

    [Fact]
    public void A_flow_that_is_too_large_is_refused()
    {
        const string Block = """{"kept":KEPT,"modules":[1],"net":{"growth":[],"width":1},"noise":0}""";
        Refused(Flow([.. Enumerable.Repeat(Kept("3"), 6), Kept("null")]), "7 blocks; 6 are the most");

        // Noise lets channels grow from block to block.
        const string Grown = """{"kept":150,"modules":[1,1,1,1,1,1],"net":{"growth":[],"width":1},"noise":64}""";
        Assert.Equal(920, DenseFlowConfiguration.FromJson(Flow([Grown, Grown, Kept("null")])).Leaving(1));
        Refused(Flow([Grown.Replace("150", "300", StringComparison.Ordinal), Kept("null")]), "Block 1 has up to 1200 channels; 1024 are the most");
        string many = Grown.Replace("[1,1,1,1,1,1]", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1]", StringComparison.Ordinal).Replace("150", "null", StringComparison.Ordinal);
        Refused(Flow([many]), "The net of noise in block 0");

        static string Kept(string kept) => Block.Replace("KEPT", kept, StringComparison.Ordinal);

        static string Flow(IEnumerable<string> blocks) =>
            $$"""{"color":"none","dequantisation_bits":4,"fraction_bits":10,"dequantiser":null,"blocks":[{{string.Join(',', blocks)}}]}""";
    }

    private static void Refused(string json, string message) =>
        Assert.Contains(message, Assert.Throws<WeightsException>(() => DenseFlowConfiguration.FromJson(json)).Message, StringComparison.Ordinal);
}
