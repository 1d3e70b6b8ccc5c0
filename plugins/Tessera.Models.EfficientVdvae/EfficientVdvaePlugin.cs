using Tessera.Exact;
using Tessera.Exact.Managed;

[assembly: Tessera.TesseraPlugin(typeof(Tessera.Models.EfficientVdvae.EfficientVdvaePlugin))]

namespace Tessera.Models.EfficientVdvae;

/// <summary>Offers the models "evdvae/*" whose weights are published with this library, in every version that there was.</summary>
public sealed class EfficientVdvaePlugin : INetworkPlugin
{
    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels() => CreateModels(new ManagedEngine());

    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels(IEngine engine) => PublishedWeights.All.Select(weights => new EfficientVdvaeModel(weights, engine));
}
