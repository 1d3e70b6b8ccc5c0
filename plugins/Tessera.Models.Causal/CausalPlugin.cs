[assembly: Tessera.TesseraPlugin(typeof(Tessera.Models.Causal.CausalPlugin))]

namespace Tessera.Models.Causal;

/// <summary>Offers the models "causal/*" whose weights are published with this library, in every version that there was.</summary>
public sealed class CausalPlugin : IModelPlugin
{
    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels() => PublishedWeights.All.Select(weights => new CausalModel(weights));
}
