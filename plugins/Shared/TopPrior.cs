using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.BitSwap;

/// <summary>The prior of the last latent: a distribution for each channel.</summary>
internal sealed class TopPrior
{
    private readonly int[] _locations;
    private readonly byte[] _levels;

    /// <summary>Reads the distributions.</summary>
    /// <exception cref="WeightsException">They are not valid.</exception>
    public TopPrior(int channels, TensorFile weights)
    {
        _locations = Read(weights, "top.location", channels, short.MinValue, short.MaxValue);
        _levels = [.. Read(weights, "top.level", channels, 0, ScaleTables.LevelCount - 1).Select(level => (byte)level)];
    }

    /// <summary>Gives the distributions of all elements of the last latent.</summary>
    public void Fill(Variable latent, Distributions target)
    {
        target.Resize(latent.Values.Length);
        for (int i = 0; i < latent.Values.Length; i += _levels.Length)
        {
            _locations.CopyTo(target.Locations[i..]);
            _levels.CopyTo(target.Levels[i..]);
        }
    }

    private static int[] Read(TensorFile weights, string name, int channels, int low, int high)
    {
        if (!weights.Tensors.TryGetValue(name, out Tensor? tensor))
            throw new WeightsException($"The weights have no tensor '{name}'.");
        if (tensor.Type != TensorType.I16 || !tensor.Shape.SequenceEqual([channels]))
            throw new WeightsException($"The tensor '{name}' is {tensor.Type} [{string.Join(", ", tensor.Shape)}]; the chain needs I16 [{channels}].");
        int[] elements = tensor.ToInt32();
        int wrong = Array.FindIndex(elements, element => element < low || element > high);
        return wrong < 0 ? elements : throw new WeightsException($"Element {wrong} of '{name}' is {elements[wrong]}; it must be {low} to {high}.");
    }
}
