[assembly: Tessera.TesseraPlugin(typeof(Tessera.Models.DenseFlow.DenseFlowPlugin))]

namespace Tessera.Models.DenseFlow;

/// <summary>Offers the models "denseflow/*" whose weights are published with this library, in every version that there was.</summary>
public sealed class DenseFlowPlugin : IModelPlugin
{
    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels() => PublishedWeights.All.Select(weights => new DenseFlowModel(weights));
}
