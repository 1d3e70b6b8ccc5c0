[assembly: Tessera.TesseraPlugin(typeof(Tessera.Models.IdfPlusPlus.IdfPlusPlusPlugin))]

namespace Tessera.Models.IdfPlusPlus;

/// <summary>Offers the models "idfpp/*" whose weights are published with this library, in every version that there was.</summary>
public sealed class IdfPlusPlusPlugin : IModelPlugin
{
    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels() => PublishedWeights.All.Select(weights => new IdfModel(weights));
}
