[assembly: Tessera.TesseraPlugin(typeof(Tessera.Models.BitSwap.BitSwapPlugin))]

namespace Tessera.Models.BitSwap;

/// <summary>Offers the models "bitswap/*" whose weights are published with this library, in every version that there was.</summary>
public sealed class BitSwapPlugin : IModelPlugin
{
    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels() => PublishedWeights.All.Select(weights => new BitSwapModel(weights));
}
