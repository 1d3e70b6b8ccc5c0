using Tessera.Exact;

namespace Tessera.Models;

/// <summary>Reads tensors that belong to no graph.</summary>
internal static class CheckedTensor
{
    /// <summary>Reads a list of numbers.</summary>
    /// <param name="weights">The file.</param>
    /// <param name="name">The tensor.</param>
    /// <param name="type">The type that it must have.</param>
    /// <param name="length">How many elements it must have.</param>
    /// <param name="low">The least that an element can be.</param>
    /// <param name="high">The greatest.</param>
    /// <exception cref="WeightsException">It is not there, or not so.</exception>
    public static int[] Read(TensorFile weights, string name, TensorType type, int length, int low, int high)
    {
        if (!weights.Tensors.TryGetValue(name, out Tensor? tensor))
            throw new WeightsException($"The weights have no tensor '{name}'.");
        if (tensor.Type != type || !tensor.Shape.SequenceEqual([length]))
            throw new WeightsException($"The tensor '{name}' is {tensor.Type} [{string.Join(", ", tensor.Shape)}]; the model needs {type} [{length}].");
        int[] elements = tensor.ToInt32();
        int wrong = Array.FindIndex(elements, element => element < low || element > high);
        return wrong < 0 ? elements : throw new WeightsException($"Element {wrong} of '{name}' is {elements[wrong]}; it must be {low} to {high}.");
    }
}
