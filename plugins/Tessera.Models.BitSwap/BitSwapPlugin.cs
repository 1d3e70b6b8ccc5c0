using Tessera.Exact;
using Tessera.Exact.Managed;

[assembly: Tessera.TesseraPlugin(typeof(Tessera.Models.BitSwap.BitSwapPlugin))]

namespace Tessera.Models.BitSwap;

/// <summary>Offers the models "bitswap/*" whose weights are published with this library, in every version that there was.</summary>
public sealed class BitSwapPlugin : INetworkPlugin
{
    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels() => CreateModels(new ManagedEngine());

    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels(IEngine engine) => PublishedWeights.All.Select(weights => new BitSwapModel(weights, engine));
}
