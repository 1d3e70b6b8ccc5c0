[assembly: Tessera.TesseraPlugin(typeof(Tessera.Models.Swift.SwiftPlugin))]

namespace Tessera.Models.Swift;

/// <summary>Offers the model "swift".</summary>
public sealed class SwiftPlugin : IModelPlugin
{
    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels() => [new SwiftModel()];
}
