using Tessera.Exact;
using Tessera.Exact.Managed;

[assembly: Tessera.TesseraPlugin(typeof(Tessera.Models.Causal.CausalPlugin))]

namespace Tessera.Models.Causal;

/// <summary>Offers the models "causal/*" whose weights are published with this library, in every version that there was.</summary>
public sealed class CausalPlugin : INetworkPlugin
{
    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels() => CreateModels(new ManagedEngine());

    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels(IEngine engine) => PublishedWeights.All.Select(weights => new CausalModel(weights, engine));
}
