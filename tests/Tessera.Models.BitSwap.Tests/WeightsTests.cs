using Tessera.Exact;
using Tessera.Exact.Tests.Support;
using Tessera.Models.BitSwap.Tests.Support;

namespace Tessera.Models.BitSwap.Tests;

/// <summary>Weights that are not those of a chain of latents are refused when they are loaded, and the message says why.</summary>
public class WeightsTests
{
    private static readonly TensorFile Valid = SmallModel.Tiny;

    /// <summary>All tensors of a weights file.</summary>
    public static TheoryData<string> Tensors => [.. Valid.Tensors.Keys];

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
    [InlineData("posterior.0.stem.weight", -128)]
    [InlineData("posterior.2.layer0.first.shift", 25)]
    [InlineData("posterior.1.output.multiplier", 0)]
    [InlineData("prior.0.linear.bias", int.MaxValue)]
    [InlineData("prior.1.stem.activation.table", 2048)]
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
    [InlineData("model")]
    [InlineData("version")]
    [InlineData("configuration")]
    public void A_text_that_is_missing_is_named(string key)
    {
        TensorFile file = ChangedTensors.Of(Valid, metadata: (name, value) => name == key ? null : value);
        Assert.Contains($"no metadata '{key}'", Assert.Throws<WeightsException>(() => new BitSwapModel(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version", "\"1\"", "'\"1\"'")]
    [InlineData("configuration", "nonsense", "configuration of a chain of latents")]
    public void A_text_that_is_not_valid_is_refused(string key, string text, string message)
    {
        TensorFile file = ChangedTensors.Of(Valid, metadata: (name, value) => name == key ? text : value);
        Assert.Contains(message, Assert.Throws<WeightsException>(() => new BitSwapModel(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_that_the_tensors_do_not_fit_is_refused()
    {
        TensorFile file = ChangedTensors.Of(Valid, metadata: (name, value) => name == "configuration" ? value.Replace("\"width\":7", "\"width\":8", StringComparison.Ordinal) : value);
        Assert.Contains("posterior.2.stem", Assert.Throws<WeightsException>(() => new BitSwapModel(file)).Message, StringComparison.Ordinal);
    }

    private static void Refused(string name, Func<Tensor, (TensorType Type, int[] Shape, int[] Elements)?> change)
    {
        TensorFile file = ChangedTensors.Of(Valid, tensor => tensor.Name == name ? change(tensor) : ChangedTensors.Content(tensor));
        string message = Assert.Throws<WeightsException>(() => new BitSwapModel(file)).Message;
        Assert.Contains(name[..name.LastIndexOf('.')], message, StringComparison.Ordinal);
    }
}
