using Tessera.Exact;
using Tessera.Models.BitSwap.Tests.Support;
using Tessera.Models.Tests;

namespace Tessera.Models.BitSwap.Tests;

/// <summary>Weights that are not those of a chain of latents are refused when they are loaded, and the message says why.</summary>
public class WeightsTests : WeightsTestsBase<WeightsTests>, IWeightsCase
{
    public static TensorFile Valid { get; } = SmallModel.Tiny;

    public static TileModel Load(TensorFile weights) => new BitSwapModel(weights);

    [Fact]
    public void What_is_valid_is_accepted_with_its_name_version_and_hash()
    {
        var model = new BitSwapModel(Valid);
        Assert.Equal(new(SmallModel.Id, 1, Valid.Hash), model.Identity);
        Assert.Equal(3, model.Configuration.Levels.Length);
        Assert.True(model.NeedsSupply);
    }

    [Fact]
    public void The_other_scheme_is_another_model() =>
        Assert.Equal(new("bitswap/tiny/bb-ans", 1, Valid.Hash), new BitSwapModel(Valid, scheme: BitsBackScheme.BbAns).Identity);

    [Theory]
    [InlineData("posterior.0.stem.weight", -128)]
    [InlineData("posterior.2.layer0.first.shift", 25)]
    [InlineData("posterior.1.output.multiplier", 0)]
    [InlineData("prior.0.linear.bias", int.MaxValue)]
    [InlineData("prior.1.stem.activation.table", 2048)]
    [InlineData("top.level", 136)]
    [InlineData("top.level", -1)]
    public void A_number_that_is_out_of_its_range_is_refused(string name, int number) => AssertRefused(name, number);

    [Theory]
    [InlineData("version", "\"1\"", "'\"1\"'")]
    [InlineData("configuration", "nonsense", "configuration of a chain of latents")]
    public void A_text_that_is_not_valid_is_refused(string key, string text, string message) => AssertTextIsRefused(key, _ => text, message);

    [Fact]
    public void A_configuration_that_the_tensors_do_not_fit_is_refused() =>
        AssertTextIsRefused("configuration", text => text.Replace("\"width\":7", "\"width\":8", StringComparison.Ordinal), "posterior.2.stem");
}
