using Tessera.Exact;
using Tessera.Exact.Tests.Support;
using Tessera.Models.Causal.Tests.Support;

namespace Tessera.Models.Causal.Tests;

/// <summary>Weights that are not those of a causal model are refused, and the message says why.</summary>
public class WeightsTests
{
    private static readonly TensorFile Valid = SmallModel.Weights(1);

    /// <summary>All tensors of a weights file.</summary>
    public static TheoryData<string> Tensors => [.. Valid.Tensors.Keys];

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
    [MemberData(nameof(Tensors))]
    public void A_tensor_that_is_missing_is_named(string name) => Refused(name, _ => null);

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_tensor_that_is_too_short_is_named(string name) =>
        Refused(name, tensor => (tensor.Type, [tensor.Shape[0] - 1, .. tensor.Shape[1..]], tensor.ToInt32()[(tensor.ToInt32().Length / tensor.Shape[0])..]));

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_tensor_that_has_one_more_dimension_is_named(string name) => Refused(name, tensor => (tensor.Type, [1, .. tensor.Shape], tensor.ToInt32()));

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_tensor_of_another_type_is_named(string name) =>
        Refused(name, tensor => (tensor.Type == TensorType.I32 ? TensorType.I16 : TensorType.I32, [.. tensor.Shape], tensor.ToInt32()));

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
    [InlineData("model")]
    [InlineData("version")]
    [InlineData("configuration")]
    public void A_text_that_is_missing_is_named(string key)
    {
        TensorFile file = ChangedTensors.Of(Valid, metadata: (name, value) => name == key ? null : value);
        Assert.Contains($"no metadata '{key}'", Assert.Throws<WeightsException>(() => new CausalModel(file)).Message, StringComparison.Ordinal);
    }

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
    public void A_text_that_is_not_valid_is_refused(string key, string text, string message)
    {
        TensorFile file = ChangedTensors.Of(Valid, metadata: (name, value) => name == key ? text : value);
        Assert.Contains(message, Assert.Throws<WeightsException>(() => new CausalModel(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Work_for_a_pixel_is_what_the_layers_multiply() =>
        Assert.Equal(
            (90 * 12) + (12 * 8) + (8 * 8) + (8 * 7) + ((8 + 3) * 7) + ((8 + 5) * 7) + (3 * 7 * 9), new CausalModel(Valid).Configuration.MultiplyAdds);

    private static void Refused(string name, Func<Tensor, (TensorType Type, int[] Shape, int[] Elements)?> change)
    {
        TensorFile file = ChangedTensors.Of(Valid, tensor => tensor.Name == name ? change(tensor) : ChangedTensors.Content(tensor));
        string message = Assert.Throws<WeightsException>(() => new CausalModel(file)).Message;
        Assert.Contains(name[..name.LastIndexOf('.')], message, StringComparison.Ordinal);
    }
}
