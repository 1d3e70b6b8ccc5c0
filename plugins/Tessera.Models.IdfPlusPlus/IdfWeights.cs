using System.Collections.Immutable;
using Tessera.Exact;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>
/// A flow with its weights: what all encoders and decoders of a model share. Each of the two binds its graphs when the first of it is made,
/// since a program usually needs one of them.
/// </summary>
internal sealed class IdfWeights
{
    private readonly Lazy<BoundGraph> _encoding;
    private readonly Lazy<ImmutableArray<BoundGraph>> _priors, _decoding;

    public IdfWeights(TensorFile file)
    {
        var metadata = ModelMetadata.Read(file, "a flow");
        Configuration = IdfConfiguration.FromJson(metadata.Configuration);
        Identity = metadata.Identity;
        int levels = Configuration.Levels.Length;
        _encoding = new(() => BoundGraph.Bind(IdfGraphs.Encoding(Configuration), file));
        _priors = new(() => [.. Enumerable.Range(0, Configuration.Parts).Select(part => BoundGraph.Bind(IdfGraphs.Prior(Configuration, part), file))]);
        _decoding = new(() => [.. Enumerable.Range(0, levels).Select(level => BoundGraph.Bind(IdfGraphs.Decoding(Configuration, level), file))]);
        Top = new(Configuration, file);
    }

    public IdfConfiguration Configuration { get; }

    public ModelIdentity Identity { get; }

    public BoundGraph Encoding => _encoding.Value;

    /// <summary>By the parts that leave.</summary>
    public ImmutableArray<BoundGraph> Priors => _priors.Value;

    /// <summary>By level.</summary>
    public ImmutableArray<BoundGraph> Decoding => _decoding.Value;

    public TopPrior Top { get; }

    /// <summary>Binds all graphs now, so that weights which do not fit are found.</summary>
    /// <exception cref="WeightsException">They do not.</exception>
    public void BindAll() => _ = (Encoding, Priors, Decoding);

    /// <summary>The sides of a block that is extended so that every level can halve them.</summary>
    public (int Height, int Width) Extended(PixelRectangle block)
    {
        int divisor = Configuration.Divisor;
        return ((block.Height + divisor - 1) / divisor * divisor, (block.Width + divisor - 1) / divisor * divisor);
    }
}
