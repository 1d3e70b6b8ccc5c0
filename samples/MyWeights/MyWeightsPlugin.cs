using Tessera;
using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Models.IdfPlusPlus;

[assembly: TesseraPlugin(typeof(MyWeights.MyWeightsPlugin))]

namespace MyWeights;

/// <summary>Offers the model whose weights this assembly holds, under the name that they give it.</summary>
public sealed class MyWeightsPlugin : INetworkPlugin
{
    public IEnumerable<TileModel> CreateModels() => CreateModels(new ManagedEngine());

    public IEnumerable<TileModel> CreateModels(IEngine engine)
    {
        using Stream weights = typeof(MyWeightsPlugin).Assembly.GetManifestResourceStream("weights")!;
        return [new IdfModel(TensorFile.Read(weights), engine)];
    }
}
