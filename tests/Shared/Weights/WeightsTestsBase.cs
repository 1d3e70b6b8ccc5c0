using Tessera.Exact;
using Tessera.Exact.Tests.Support;

namespace Tessera.Models.Tests;

/// <summary>A kind of model whose weights are tested.</summary>
public interface IWeightsCase
{
    /// <summary>Weights that are valid.</summary>
    static abstract TensorFile Valid { get; }

    /// <summary>Loads weights.</summary>
    static abstract TileModel Load(TensorFile weights);
}

/// <summary>Weights that are not those of a model are refused when they are loaded, and the message says why.</summary>
public abstract class WeightsTestsBase<TCase>
    where TCase : IWeightsCase
{
#pragma warning disable CA1000 // xUnit takes the data of theories from static members.
    /// <summary>All tensors of a weights file.</summary>
    public static TheoryData<string> Tensors => [.. TCase.Valid.Tensors.Keys];
#pragma warning restore CA1000

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_tensor_that_is_missing_is_named(string name) => AssertRefused(name, _ => null);

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_tensor_that_is_too_short_is_named(string name) =>
        AssertRefused(name, tensor => (tensor.Type, [tensor.Shape[0] - 1, .. tensor.Shape[1..]], tensor.ToInt32()[(tensor.ToInt32().Length / tensor.Shape[0])..]));

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_tensor_that_has_one_more_dimension_is_named(string name) => AssertRefused(name, tensor => (tensor.Type, [1, .. tensor.Shape], tensor.ToInt32()));

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_tensor_of_another_type_is_named(string name) =>
        AssertRefused(name, tensor => (tensor.Type == TensorType.I32 ? TensorType.I16 : TensorType.I32, [.. tensor.Shape], tensor.ToInt32()));

    [Theory]
    [InlineData("model")]
    [InlineData("version")]
    [InlineData("configuration")]
    public void A_text_that_is_missing_is_named(string key) => AssertTextIsRefused(key, _ => null, $"no metadata '{key}'");

    /// <summary>A number that stands at either end of a tensor, since all of it is looked at, is refused.</summary>
    protected static void AssertRefused(string name, int number)
    {
        foreach (bool last in new[] { false, true })
            AssertRefused(name, tensor => With(tensor, last ? tensor.ToInt32().Length - 1 : 0, number));
    }

    /// <summary>A tensor that is changed, or taken away, is refused, and named.</summary>
    protected static void AssertRefused(string name, Func<Tensor, (TensorType Type, int[] Shape, int[] Elements)?> change) =>
        AssertRefused(name, change, name[..name.LastIndexOf('.')]);

    /// <summary>A tensor that is changed is refused with a message.</summary>
    protected static void AssertRefused(string name, Func<Tensor, (TensorType Type, int[] Shape, int[] Elements)?> change, string message)
    {
        TensorFile file = ChangedTensors.Of(TCase.Valid, tensor => tensor.Name == name ? change(tensor) : ChangedTensors.Content(tensor));
        Assert.Contains(message, Assert.Throws<WeightsException>(() => TCase.Load(file)).Message, StringComparison.Ordinal);
    }

    /// <summary>A text of the metadata that is changed, or taken away, is refused with a message.</summary>
    protected static void AssertTextIsRefused(string key, Func<string, string?> change, string message)
    {
        TensorFile file = ChangedTensors.Of(TCase.Valid, metadata: (name, value) => name == key ? change(value) : value);
        Assert.Contains(message, Assert.Throws<WeightsException>(() => TCase.Load(file)).Message, StringComparison.Ordinal);
    }

    /// <summary>A tensor with one element changed.</summary>
    protected static (TensorType Type, int[] Shape, int[] Elements) With(Tensor tensor, int at, int number)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        int[] elements = tensor.ToInt32();
        elements[at] = number;
        return (tensor.Type, [.. tensor.Shape], elements);
    }
}
