using Tessera.Exact;
using Tessera.Exact.Managed;

[assembly: Tessera.TesseraPlugin(typeof(Tessera.Models.DenseFlow.DenseFlowPlugin))]

namespace Tessera.Models.DenseFlow;

/// <summary>Offers the models "denseflow/*" whose weights are published with this library, in every version that there was.</summary>
public sealed class DenseFlowPlugin : INetworkPlugin
{
    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels() => CreateModels(new ManagedEngine());

    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels(IEngine engine) => PublishedWeights.All.Select(weights => new DenseFlowModel(weights, engine));
}
