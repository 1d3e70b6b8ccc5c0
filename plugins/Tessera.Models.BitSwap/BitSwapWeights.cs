using System.Collections.Immutable;
using System.Globalization;
using Tessera.Exact;

namespace Tessera.Models.BitSwap;

/// <summary>A chain with its weights: what all encoders and decoders of a model share.</summary>
internal sealed class BitSwapWeights
{
    /// <exception cref="WeightsException">The weights are not those of a chain, or do not fit its graphs.</exception>
    public BitSwapWeights(TensorFile file)
    {
        string Metadata(string key) => file.Metadata.TryGetValue(key, out string? value)
            ? value
            : throw new WeightsException($"The weights of a chain of latents have no metadata '{key}'.");
        Configuration = BitSwapConfiguration.FromJson(Metadata("configuration"));
        if (!int.TryParse(Metadata("version"), CultureInfo.InvariantCulture, out int version))
            throw new WeightsException($"The version of a chain of latents is '{Metadata("version")}'.");
        Identity = new(Metadata("model"), version, file.Hash);
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
