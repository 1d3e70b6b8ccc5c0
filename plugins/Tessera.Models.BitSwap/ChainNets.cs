using System.Collections.Immutable;
using Tessera.Exact;

namespace Tessera.Models.BitSwap;

/// <summary>All nets of a chain, prepared for one thread.</summary>
internal sealed class ChainNets : IDisposable
{
    private readonly TopPrior _top;
    private readonly ImmutableArray<DistributionNet> _posteriors, _priors;
    private readonly Distributions _distributions = new();

    public ChainNets(BitSwapWeights weights, IEngine engine)
    {
        var shelf = new TensorShelf();
        BitSwapConfiguration configuration = weights.Configuration;
        _top = weights.Top;
        _posteriors = [.. weights.Posteriors.Select((graph, level) => new DistributionNet(graph, engine, configuration.KeptChannels(level), shelf))];
        _priors = [.. weights.Priors.Select((graph, level) => new DistributionNet(graph, engine, configuration.CopiedChannels(level), shelf))];
    }

    /// <summary>The distributions of a level's latent by what is below. They are valid until the next are asked for.</summary>
    public Distributions Posterior(ChainVariables variables, int level) => Run(_posteriors[level], variables.Below[level]);

    /// <summary>The distributions of what is below a level's latent by the latent.</summary>
    public Distributions Prior(ChainVariables variables, int level) => Run(_priors[level], variables.Latents[level]);

    /// <summary>The distributions of the last latent.</summary>
    public Distributions Top(ChainVariables variables)
    {
        int count = variables.Latents[^1].Values.Length;
        _distributions.Resize(count);
        for (int i = 0; i < count; i += _top.Levels.Length)
        {
            _top.Locations.CopyTo(_distributions.Locations[i..]);
            _top.Levels.CopyTo(_distributions.Levels[i..]);
        }

        return _distributions;
    }

    public void Dispose()
    {
        foreach (DistributionNet net in _posteriors.Concat(_priors))
            net.Dispose();
    }

    private Distributions Run(DistributionNet net, Variable variable)
    {
        net.Run(variable, _distributions);
        return _distributions;
    }
}
