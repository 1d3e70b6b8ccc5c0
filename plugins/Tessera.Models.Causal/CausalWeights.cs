using System.Collections.Immutable;
using Tessera.Exact;

namespace Tessera.Models.Causal;

/// <summary>A causal model with its weights: what all encoders and decoders of it share.</summary>
internal sealed class CausalWeights
{
    public CausalWeights(TensorFile file)
    {
        var metadata = ModelMetadata.Read(file, "a causal model");
        Configuration = CausalConfiguration.FromJson(metadata.Configuration);
        Identity = metadata.Identity;
        Heads =
        [
            BoundGraph.Bind(CausalGraphs.First(Configuration), file),
            .. Enumerable.Range(1, LeastSquares.Channels - 1).Select(channel => BoundGraph.Bind(CausalGraphs.Further(Configuration, channel), file)),
        ];
        Tables = new(
            Read(file, "table.logarithms", FeatureTables.Differences, 0, Features.Limit),
            Read(file, "table.half_logarithms", FeatureTables.Differences, 0, Features.Limit),
            Read(file, "table.scale_logarithms", FeatureTables.LargestScale + 1, -Features.Limit, Features.Limit),
            Read(file, "table.scale_levels", FeatureTables.LargestScale + 1, 0, short.MaxValue),
            Read(file, "table.exponentials", FeatureTables.ExponentialCount, 1, short.MaxValue));
    }

    public CausalConfiguration Configuration { get; }

    public ModelIdentity Identity { get; }

    /// <summary>The graph that ends in each channel's distribution.</summary>
    public ImmutableArray<BoundGraph> Heads { get; }

    public FeatureTables Tables { get; }

    private static int[] Read(TensorFile file, string name, int length, int low, int high)
    {
        if (!file.Tensors.TryGetValue(name, out Tensor? tensor) || tensor.Type != TensorType.I16 || !tensor.Shape.SequenceEqual([length]))
            throw new WeightsException($"The weights of a causal model need the tensor '{name}' of {length} 16-bit integers.");
        int[] values = tensor.ToInt32();
        return values.AsSpan().ContainsAnyExceptInRange(low, high)
            ? throw new WeightsException($"The tensor '{name}' has a number that is not from {low} to {high}.")
            : values;
    }
}
