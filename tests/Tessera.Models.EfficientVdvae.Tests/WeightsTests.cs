using Tessera.Exact;
using Tessera.Exact.Tests.Support;
using Tessera.Models.EfficientVdvae.Tests.Support;

namespace Tessera.Models.EfficientVdvae.Tests;

/// <summary>Weights that are not those of a hierarchy of latents are refused when they are loaded, and the message says why.</summary>
public class WeightsTests
{
    // One of everything.
    private static readonly TensorFile Valid = SmallModel.Random(
        """
        {"color":"ycocg-r","mixtures":2,"grids":[
            {"width":3,"bottom":2,"latent":[2,0,0],"layers":[1,0,0],"bottom_layers":1},
            {"width":4,"bottom":3,"latent":[0,2,0],"layers":[0,0,0],"bottom_layers":0}]}
        """,
        new(1));

    /// <summary>All tensors of a weights file.</summary>
    public static TheoryData<string> Tensors => [.. Valid.Tensors.Keys];

    [Fact]
    public void What_is_valid_is_accepted_with_its_name_version_and_hash()
    {
        var model = new EfficientVdvaeModel(Valid);
        Assert.Equal(new(SmallModel.Id, 1, Valid.Hash), model.Identity);
        Assert.Equal(2, model.Configuration.Grids.Length);
    }

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_tensor_that_is_missing_is_named(string name) => Refused(name, _ => null);

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_tensor_that_is_too_short_is_named(string name) =>
        Refused(name, tensor => (tensor.Type, [tensor.Shape[0] - 1, .. tensor.Shape[1..]], tensor.ToInt32()[(tensor.ToInt32().Length / tensor.Shape[0])..]));

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_tensor_of_another_type_is_named(string name) =>
        Refused(name, tensor => (tensor.Type == TensorType.I32 ? TensorType.I16 : TensorType.I32, [.. tensor.Shape], tensor.ToInt32()));

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
    public void A_number_that_is_out_of_its_range_is_refused(string name, int number)
    {
        // At both ends of the tensor: all of it is looked at.
        foreach (bool last in new[] { false, true })
        {
            Refused(name, tensor =>
            {
                int[] elements = tensor.ToInt32();
                elements[last ? ^1 : 0] = number;
                return (tensor.Type, [.. tensor.Shape], elements);
            });
        }
    }

    [Theory]
    [InlineData(0, 32766, "begins with 32766")]
    [InlineData(1, 1, "rises at entry 2")]
    [InlineData(1023, 32767, "rises at entry 1023")]
    public void Exponentials_begin_with_the_largest_and_never_rise(int entry, int value, string message)
    {
        TensorFile file = Changed("table.exponentials", tensor =>
        {
            int[] elements = tensor.ToInt32();
            elements[entry] = value;
            return (tensor.Type, [.. tensor.Shape], elements);
        });
        Assert.Contains(message, Assert.Throws<WeightsException>(() => new EfficientVdvaeModel(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model")]
    [InlineData("version")]
    [InlineData("configuration")]
    public void A_text_that_is_missing_is_named(string key)
    {
        TensorFile file = ChangedTensors.Of(Valid, metadata: (name, value) => name == key ? null : value);
        Assert.Contains($"no metadata '{key}'", Assert.Throws<WeightsException>(() => new EfficientVdvaeModel(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version", "\"1\"", "'\"1\"'")]
    [InlineData("configuration", "nonsense", "configuration of a hierarchy of latents")]
    public void A_text_that_is_not_valid_is_refused(string key, string text, string message)
    {
        TensorFile file = ChangedTensors.Of(Valid, metadata: (name, value) => name == key ? text : value);
        Assert.Contains(message, Assert.Throws<WeightsException>(() => new EfficientVdvaeModel(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_that_the_tensors_do_not_fit_is_refused()
    {
        TensorFile file = ChangedTensors.Of(Valid, metadata: (name, value) => name == "configuration" ? value.Replace("\"width\":4", "\"width\":5", StringComparison.Ordinal) : value);
        Assert.Contains("grid.1.step.0.stem", Assert.Throws<WeightsException>(() => new EfficientVdvaeModel(file)).Message, StringComparison.Ordinal);
    }

    private static TensorFile Changed(string name, Func<Tensor, (TensorType Type, int[] Shape, int[] Elements)?> change) =>
        ChangedTensors.Of(Valid, tensor => tensor.Name == name ? change(tensor) : ChangedTensors.Content(tensor));

    private static void Refused(string name, Func<Tensor, (TensorType Type, int[] Shape, int[] Elements)?> change)
    {
        string message = Assert.Throws<WeightsException>(() => new EfficientVdvaeModel(Changed(name, change))).Message;
        Assert.Contains(name[..name.LastIndexOf('.')], message, StringComparison.Ordinal);
    }
}
