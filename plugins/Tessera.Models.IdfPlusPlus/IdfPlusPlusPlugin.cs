using Tessera.Exact;
using Tessera.Exact.Managed;

[assembly: Tessera.TesseraPlugin(typeof(Tessera.Models.IdfPlusPlus.IdfPlusPlusPlugin))]

namespace Tessera.Models.IdfPlusPlus;

/// <summary>Offers the models "idfpp/*" whose weights are published with this library, in every version that there was.</summary>
public sealed class IdfPlusPlusPlugin : INetworkPlugin
{
    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels() => CreateModels(new ManagedEngine());

    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels(IEngine engine) => PublishedWeights.All.Select(weights => new IdfModel(weights, engine));
}
