using Tessera.Exact;
using Tessera.Exact.Tests.Support;
using Tessera.Models.Causal.Tests.Support;
using Tessera.Models.Tests;

namespace Tessera.Models.Causal.Tests;

/// <summary>Weights that are not those of a causal model are refused, and the message says why.</summary>
public class WeightsTests : WeightsTestsBase<WeightsTests>, IWeightsCase
{
    public static TensorFile Valid { get; } = SmallModel.Weights(1);

    public static TileModel Load(TensorFile weights) => new CausalModel(weights);

    [Fact]
    public void What_is_valid_is_accepted_with_its_name_version_and_hash()
    {
        TensorFile copy = ChangedTensors.Of(Valid);
        var model = new CausalModel(copy);
        Assert.Equal((SmallModel.Id, 7), (model.Identity.Id, model.Identity.Version));
        Assert.Equal(copy.Hash, model.Identity.WeightsHash);
        Assert.Equal<int>([12, 8, 8], model.Configuration.Trunk);
        Assert.Equal(7, model.Configuration.Head);
    }

    [Theory]
    [InlineData("table.logarithms", 2048)]
    [InlineData("table.logarithms", -1)]
    [InlineData("table.half_logarithms", 2048)]
    [InlineData("table.half_logarithms", -1)]
    [InlineData("table.scale_logarithms", 2048)]
    [InlineData("table.scale_logarithms", -2048)]
    [InlineData("table.scale_levels", -1)]
    [InlineData("table.exponentials", 0)]
    [InlineData("table.exponentials", -1)]
    [InlineData("trunk.0.weight", -128)]
    [InlineData("trunk.1.shift", 25)]
    [InlineData("trunk.2.multiplier", 0)]
    [InlineData("head.1.output.multiplier", -1)]
    [InlineData("head.2.hidden.bias", int.MaxValue)]
    public void A_number_that_is_out_of_its_range_is_refused(string name, int number) => AssertRefused(name, number);

    [Theory]
    [InlineData("version", "one", "'one'")]
    [InlineData("version", "", "''")]
    [InlineData("version", "99999999999", "'99999999999'")]
    [InlineData("configuration", "", "configuration of a causal model")]
    [InlineData("configuration", "nonsense", "configuration of a causal model")]
    [InlineData("configuration", "null", "1 to 16 layers")]
    [InlineData("configuration", "[]", "configuration of a causal model")]
    [InlineData("configuration", "{}", "1 to 16 layers")]
    [InlineData("configuration", """{"trunk":[],"head":7}""", "1 to 16 layers")]
    [InlineData("configuration", """{"trunk":[12,8,8]}""", "1 to 1024 outputs")]
    [InlineData("configuration", """{"trunk":[12,0,8],"head":7}""", "1 to 1024 outputs")]
    [InlineData("configuration", """{"trunk":[12,-8],"head":7}""", "1 to 1024 outputs")]
    [InlineData("configuration", """{"trunk":[1025],"head":7}""", "1 to 1024 outputs")]
    [InlineData("configuration", """{"trunk":[12],"head":1025}""", "1 to 1024 outputs")]
    [InlineData("configuration", """{"trunk":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"head":7}""", "1 to 16 layers")]
    [InlineData("configuration", """{"trunk":"12","head":7}""", "configuration of a causal model")]
    [InlineData("configuration", """{"trunk":[12,8,8,8],"head":7}""", "trunk.3")]
    [InlineData("configuration", """{"trunk":[12],"head":7}""", "head.0.hidden")]
    [InlineData("configuration", """{"trunk":[12,8,8],"head":8}""", "head.0.hidden")]
    public void A_text_that_is_not_valid_is_refused(string key, string text, string message) => AssertTextIsRefused(key, _ => text, message);

    [Fact]
    public void Work_for_a_pixel_is_what_the_layers_multiply() =>
        Assert.Equal(
            (90 * 12) + (12 * 8) + (8 * 8) + (8 * 7) + ((8 + 3) * 7) + ((8 + 5) * 7) + (3 * 7 * 9), new CausalModel(Valid).Configuration.MultiplyAdds);
}
