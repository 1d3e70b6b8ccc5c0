using System.Collections.Immutable;
using System.Globalization;
using Tessera.Exact;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>A flow with its weights: what all encoders and decoders of a model share.</summary>
internal sealed class IdfWeights
{
    public IdfWeights(TensorFile file)
    {
        string Metadata(string key) => file.Metadata.TryGetValue(key, out string? value)
            ? value
            : throw new WeightsException($"The weights of a flow have no metadata '{key}'.");
        Configuration = IdfConfiguration.FromJson(Metadata("configuration"));
        if (!int.TryParse(Metadata("version"), CultureInfo.InvariantCulture, out int version))
            throw new WeightsException($"The version of a flow is '{Metadata("version")}'.");
        Identity = new(Metadata("model"), version, file.Hash);
        Encoding = BoundGraph.Bind(IdfGraphs.Encoding(Configuration), file);
        int levels = Configuration.Levels.Length;
        Priors = [.. Enumerable.Range(0, levels - 1).Select(level => BoundGraph.Bind(IdfGraphs.Prior(Configuration, level), file))];
        Decoding = [.. Enumerable.Range(0, levels).Select(level => BoundGraph.Bind(IdfGraphs.Decoding(Configuration, level), file))];
        Top = new(Configuration, file);
    }

    public IdfConfiguration Configuration { get; }

    public ModelIdentity Identity { get; }

    public BoundGraph Encoding { get; }

    /// <summary>By level.</summary>
    public ImmutableArray<BoundGraph> Priors { get; }

    /// <summary>By level.</summary>
    public ImmutableArray<BoundGraph> Decoding { get; }

    public TopPrior Top { get; }

    /// <summary>The sides of a tile that is extended so that every level can halve them.</summary>
    public (int Height, int Width) Extended(PixelRectangle tile)
    {
        int divisor = Configuration.Divisor;
        return ((tile.Height + divisor - 1) / divisor * divisor, (tile.Width + divisor - 1) / divisor * divisor);
    }
}
