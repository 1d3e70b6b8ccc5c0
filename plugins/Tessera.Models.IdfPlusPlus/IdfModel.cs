using Tessera.Exact;
using Tessera.Exact.Managed;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>
/// An IDF++ model: an integer discrete flow, for images of the channels that its weights are made for, of 8 bits and without alpha.
/// <c>spec/idfpp.md</c> specifies it.
/// </summary>
public sealed class IdfModel : TileModel
{
    // Of 64, 128 and 256, measured on photographs: 64 costs 0.1 % and some speed, 256 saves nothing, and leaves small images to one thread.
    private const int TileSide = 128;

    // What a segment recalls it learns from its own pixels: 8 tiles cost 0.4 % more, 32 would save 0.2 %, and leave a megapixel two segments.
    private const int SegmentTiles = 16;
    private const long BandPixels = 1L << 21;
    private readonly Lazy<IdfWeights> _weights;
    private readonly IEngine _engine;

    /// <summary>Creates a model.</summary>
    /// <param name="weights">Its weights, with the metadata <c>model</c>, <c>version</c> and <c>configuration</c>.</param>
    /// <param name="engine">What runs its networks, or null for the managed engine on one thread for each segment.</param>
    /// <exception cref="WeightsException">The weights are not those of a flow.</exception>
    public IdfModel(TensorFile weights, IEngine? engine = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var read = new IdfWeights(weights);
        read.BindAll();
        _weights = new(read);
        _engine = engine ?? new ManagedEngine();
        Identity = read.Identity;
    }

    /// <summary>Creates a model whose weights are read when they are first needed: programs start that code nothing by it.</summary>
    internal IdfModel(PublishedWeights weights, IEngine engine)
    {
        Identity = weights.Identity;
        _engine = engine;
        _weights = new(() => weights.Read(file => new IdfWeights(file), read => read.Identity));
    }

    /// <summary>8: another model makes most images smaller, and trying both takes the time of both.</summary>
    public override int SearchEffort => 8;

    /// <summary>The flow.</summary>
    public IdfConfiguration Configuration => _weights.Value.Configuration;

    /// <inheritdoc/>
    public override ModelIdentity Identity { get; }

    /// <inheritdoc/>
    public override bool Supports(SampleFormat format) =>
        TilePixels.Supports(format, Configuration.Channels) && Configuration.Top == "channel";

    /// <inheritdoc/>
    public override Tiling PlanTiling(ImageInfo image, int effort)
    {
        ArgumentNullException.ThrowIfNull(image);

        // Bands of several rows of tiles, so that narrow images have whole segments too.
        long rowPixels = (long)image.Width * TileSide;
        return new(TileSide, (int)Math.Clamp(BandPixels / rowPixels, 1, ((long)image.Height + TileSide - 1) / TileSide));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort) => EvenSegments.Of(band, SegmentTiles);

    /// <inheritdoc/>
    public override SegmentEncoder CreateEncoder(int effort) => new IdfEncoder(_weights.Value, _engine);

    /// <inheritdoc/>
    public override SegmentDecoder CreateDecoder() => new IdfDecoder(_weights.Value, _engine);
}
