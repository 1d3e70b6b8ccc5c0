using Tessera.Exact;
using Tessera.Models.DenseFlow.Tests.Support;
using Tessera.Models.Tests;

namespace Tessera.Models.DenseFlow.Tests;

/// <summary>Weights that are not those of a flow are refused when they are loaded, and the message says why.</summary>
public class WeightsTests : WeightsTestsBase<WeightsTests>, IWeightsCase
{
    private const string Module = "block.0.unit.1.module.0";

    public static TensorFile Valid { get; } = SmallModel.Tiny;

    public static TileModel Load(TensorFile weights) => new DenseFlowModel(weights);

    [Fact]
    public void What_is_valid_is_accepted_with_its_name_version_and_hash()
    {
        var model = new DenseFlowModel(Valid);
        Assert.Equal(new(SmallModel.Id, 1, Valid.Hash), model.Identity);
        Assert.Equal(2, model.Configuration.Blocks.Length);
    }

    [Theory]
    [InlineData($"{Module}.coupling.stem.weight", -128)]
    [InlineData($"{Module}.coupling.stem.activation.table", 2048)]
    [InlineData($"{Module}.coupling.dense1.linear.shift", 25)]
    [InlineData($"{Module}.coupling.dense0.spatial.multiplier", 0)]
    [InlineData($"{Module}.coupling.linear.bias", int.MaxValue)]
    [InlineData($"{Module}.coupling.output.multiplier", 0)]
    [InlineData($"{Module}.coupling.read", 21)]
    [InlineData($"{Module}.matrix.factor", 0)]
    [InlineData($"{Module}.matrix.factor", (1 << 24) + 1)]
    [InlineData($"{Module}.matrix.order", -1)]
    [InlineData($"{Module}.matrix.order", 14)]
    [InlineData($"{Module}.matrix.bias", 1 << 29)]
    [InlineData($"{Module}.matrix.bias", -(1 << 29))]
    [InlineData("block.0.unit.2.noise.hidden.weight", -128)]
    [InlineData("block.0.unit.2.noise.output.shift", 25)]
    [InlineData("block.0.unit.2.noise.read", 255)]
    [InlineData("dequantiser.output.multiplier", 0)]
    [InlineData("dequantiser.dense0.linear.weight", -128)]
    [InlineData("base.mean", 1 << 29)]
    [InlineData("base.level", -1)]
    [InlineData("base.level", 256)]
    public void A_number_that_is_out_of_its_range_is_refused(string name, int number) => AssertRefused(name, number);

    [Fact]
    public void An_order_that_names_a_channel_twice_is_refused() => AssertRefused(
        $"{Module}.matrix.order", tensor => With(tensor, 3, tensor.ToInt32()[5]), $"'{Module}.matrix.*' are no matrix: The order of channels is not a permutation");

    [Theory]
    [InlineData("upper")]
    [InlineData("lower")]
    public void A_row_of_a_triangle_that_could_overflow_is_refused(string part) => AssertRefused(
        $"{Module}.matrix.{part}",
        tensor => (tensor.Type, [.. tensor.Shape], [.. tensor.ToInt32().Select(_ => int.MinValue)]),
        $"'{Module}.matrix.*' are no matrix: The coefficients of row");

    [Theory]
    [InlineData("version", "\"1\"", "'\"1\"'")]
    [InlineData("configuration", "nonsense", "configuration of a flow")]
    public void A_text_that_is_not_valid_is_refused(string key, string text, string message) => AssertTextIsRefused(key, _ => text, message);

    [Fact]
    public void A_configuration_that_the_tensors_do_not_fit_is_refused() =>
        AssertTextIsRefused("configuration", text => text.Replace("\"width\":5", "\"width\":6", StringComparison.Ordinal), "block.1.unit.0.module.0.coupling.stem");
}
