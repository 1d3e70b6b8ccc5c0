[assembly: Tessera.TesseraPlugin(typeof(Tessera.Models.EfficientVdvae.EfficientVdvaePlugin))]

namespace Tessera.Models.EfficientVdvae;

/// <summary>Offers the models "evdvae/*" whose weights are published with this library, in every version that there was.</summary>
public sealed class EfficientVdvaePlugin : IModelPlugin
{
    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels() => PublishedWeights.All.Select(weights => new EfficientVdvaeModel(weights));
}
