using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>
/// The distribution of what is left at the end of a flow: a mixture of logistic distributions for each channel, or for each element of
/// images of one size. It is coded on a stack.
/// </summary>
internal sealed class TopPrior
{
    private const int WeightBits = 12;
    private readonly MixtureComponent[] _mixtures;
    private readonly int _channels, _height, _width, _components;
    private readonly bool _isPerElement;

    /// <summary>Reads the distribution.</summary>
    /// <exception cref="WeightsException">It is not valid.</exception>
    public TopPrior(IdfConfiguration configuration, TensorFile weights)
    {
        _channels = configuration.TopWidth;
        _isPerElement = configuration.Top == "element";
        _height = _width = _isPerElement ? configuration.Size!.Value / configuration.Divisor : 1;
        _components = configuration.Components;
        int[] locations = Read(weights, "top.location", short.MinValue, short.MaxValue);
        int[] levels = Read(weights, "top.level", 0, ScaleTables.LevelCount - 1);
        int[] shares = Read(weights, "top.weight", 0, 1 << WeightBits);
        for (int i = 0; i < shares.Length; i += _components)
        {
            if (shares.AsSpan(i, _components).ToArray().Sum() != 1 << WeightBits)
                throw new WeightsException($"The weights from element {i} of 'top.weight' on do not sum to {1 << WeightBits}.");
        }

        _mixtures = new MixtureComponent[shares.Length];
        for (int i = 0; i < shares.Length; i++)
            _mixtures[i] = ScaleTables.Logistic.Component(locations[i], levels[i], (uint)shares[i]);
    }

    /// <summary>Pushes elements, the last one first.</summary>
    public void Push(AnsStack stack, ExactTensor top)
    {
        ReadOnlySpan<short> values = top.Tile(0);
        for (int i = values.Length - 1; i >= 0; i--)
            At(i).Push(stack, values[i]);
    }

    /// <summary>Pops the elements that were pushed.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    public void Pop(AnsStack stack, ExactTensor top)
    {
        Span<short> values = top.Tile(0);
        for (int i = 0; i < values.Length; i++)
            values[i] = (short)At(i).Pop(stack);
    }

    // Elements are in the order row, column, channel; each of its channels', or its own, components one after the other.
    private Mixture At(int element)
    {
        int place = (_isPerElement ? element : element % _channels) * _components;
        return new(ScaleTables.Logistic, _mixtures.AsSpan(place, _components), WeightBits, short.MinValue, short.MaxValue);
    }

    private int[] Read(TensorFile weights, string name, int low, int high)
    {
        if (!weights.Tensors.TryGetValue(name, out Tensor? tensor))
            throw new WeightsException($"The weights have no tensor '{name}'.");
        int[] shape = _isPerElement ? [_height, _width, _channels, _components] : [_channels, _components];
        if (tensor.Type != TensorType.I16 || !tensor.Shape.SequenceEqual(shape))
            throw new WeightsException($"The tensor '{name}' is {tensor.Type} [{string.Join(", ", tensor.Shape)}]; the flow needs I16 [{string.Join(", ", shape)}].");
        int[] elements = tensor.ToInt32();
        int wrong = Array.FindIndex(elements, element => element < low || element > high);
        return wrong < 0 ? elements : throw new WeightsException($"Element {wrong} of '{name}' is {elements[wrong]}; it must be {low} to {high}.");
    }
}
