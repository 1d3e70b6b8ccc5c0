[assembly: Tessera.TesseraPlugin(typeof(Tessera.Models.Classic.ClassicPlugin))]

namespace Tessera.Models.Classic;

/// <summary>Offers the model "classic".</summary>
public sealed class ClassicPlugin : IModelPlugin
{
    /// <inheritdoc/>
    public IEnumerable<TileModel> CreateModels() => [new ClassicModel()];
}
