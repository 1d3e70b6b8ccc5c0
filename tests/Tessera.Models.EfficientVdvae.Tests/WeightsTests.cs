using Tessera.Exact;
using Tessera.Models.EfficientVdvae.Tests.Support;
using Tessera.Models.Tests;

namespace Tessera.Models.EfficientVdvae.Tests;

/// <summary>Weights that are not those of a hierarchy of latents are refused when they are loaded, and the message says why.</summary>
public class WeightsTests : WeightsTestsBase<WeightsTests>, IWeightsCase
{
    // One of everything.
    public static TensorFile Valid { get; } = SmallModel.Random(
        """
        {"color":"ycocg-r","mixtures":2,"grids":[
            {"width":3,"bottom":2,"latent":[2,0,0],"layers":[1,0,0],"bottom_layers":1},
            {"width":4,"bottom":3,"latent":[0,2,0],"layers":[0,0,0],"bottom_layers":0}]}
        """,
        new(1));

    public static TileModel Load(TensorFile weights) => new EfficientVdvaeModel(weights);

    [Fact]
    public void What_is_valid_is_accepted_with_its_name_version_and_hash()
    {
        var model = new EfficientVdvaeModel(Valid);
        Assert.Equal(new(SmallModel.Id, 1, Valid.Hash), model.Identity);
        Assert.Equal(2, model.Configuration.Grids.Length);
    }

    [Theory]
    [InlineData("grid.0.bottom.stem.weight", -128)]
    [InlineData("grid.1.bottom.pool.shift", 25)]
    [InlineData("grid.0.bottom.layer0.first.multiplier", 0)]
    [InlineData("grid.1.bottom.stem.activation.table", 2048)]
    [InlineData("grid.0.step.0.stem.activation.table", -2048)]
    [InlineData("grid.1.step.1.posterior.output.multiplier", 0)]
    [InlineData("grid.0.step.1.linear.bias", int.MaxValue)]
    [InlineData("grid.1.unpool.weight", -128)]
    [InlineData("grid.0.step.0.kept", 2)]
    [InlineData("grid.1.step.1.kept", 255)]
    [InlineData("table.exponentials", 0)]
    [InlineData("table.exponentials", -1)]
    [InlineData("top.level", 136)]
    [InlineData("top.level", -1)]
    public void A_number_that_is_out_of_its_range_is_refused(string name, int number) => AssertRefused(name, number);

    [Theory]
    [InlineData(0, 32766, "begins with 32766")]
    [InlineData(1, 1, "rises at entry 2")]
    [InlineData(1023, 32767, "rises at entry 1023")]
    public void Exponentials_begin_with_the_largest_and_never_rise(int entry, int value, string message) =>
        AssertRefused("table.exponentials", tensor => With(tensor, entry, value), message);

    [Theory]
    [InlineData("version", "\"1\"", "'\"1\"'")]
    [InlineData("configuration", "nonsense", "configuration of a hierarchy of latents")]
    public void A_text_that_is_not_valid_is_refused(string key, string text, string message) => AssertTextIsRefused(key, _ => text, message);

    [Fact]
    public void A_configuration_that_the_tensors_do_not_fit_is_refused() =>
        AssertTextIsRefused("configuration", text => text.Replace("\"width\":4", "\"width\":5", StringComparison.Ordinal), "grid.1.step.0.stem");
}
