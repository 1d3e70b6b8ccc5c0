using System.Collections.Immutable;
using Tessera.Exact;

namespace Tessera.Models.BitSwap;

/// <summary>A chain with its weights: what all encoders and decoders of a model share.</summary>
internal sealed class BitSwapWeights
{
    /// <exception cref="WeightsException">The weights are not those of a chain, or do not fit its graphs.</exception>
    public BitSwapWeights(TensorFile file)
    {
        var metadata = ModelMetadata.Read(file, "a chain of latents");
        Configuration = BitSwapConfiguration.FromJson(metadata.Configuration);
        Identity = metadata.Identity;
        IEnumerable<int> levels = Enumerable.Range(0, Configuration.Levels.Length);
        Posteriors = [.. levels.Select(level => BoundGraph.Bind(BitSwapGraphs.Posterior(Configuration, level), file))];
        Priors = [.. levels.Select(level => BoundGraph.Bind(BitSwapGraphs.Prior(Configuration, level), file))];
        Top = new(Configuration.Levels[^1].Latent, file);
    }

    public BitSwapConfiguration Configuration { get; }

    public ModelIdentity Identity { get; }

    /// <summary>By level.</summary>
    public ImmutableArray<BoundGraph> Posteriors { get; }

    /// <summary>By level.</summary>
    public ImmutableArray<BoundGraph> Priors { get; }

    public TopPrior Top { get; }
}
