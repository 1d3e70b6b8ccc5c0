using Tessera.Exact;
using Tessera.Exact.Managed;

namespace Tessera.Models.EfficientVdvae;

/// <summary>
/// An Efficient-VDVAE model: a hierarchy of latents that is coded with bits back, for images of three channels of 8 bits without alpha.
/// <c>spec/evdvae.md</c> specifies it.
/// </summary>
public sealed class EfficientVdvaeModel : TileModel
{
    // Measured on two photographs: 64 costs 0.5 to 0.8 %. What a first tile must find, some 230 bytes, is four times as much with twice the side.
    private const int TileSide = 128;

    // A starter tile of so many costs little where the starter is worse, and images of a megapixel have two segments, for two threads.
    private const int SegmentTiles = 32;
    private const int BandRows = 8;
    private readonly Lazy<EfficientVdvaeWeights> _weights;
    private readonly IEngine _engine;

    /// <summary>Creates a model.</summary>
    /// <param name="weights">Its weights, with the metadata <c>model</c>, <c>version</c> and <c>configuration</c>.</param>
    /// <param name="engine">What runs its networks, or null for the managed engine on one thread for each segment.</param>
    /// <exception cref="WeightsException">The weights are not those of a hierarchy of latents.</exception>
    public EfficientVdvaeModel(TensorFile weights, IEngine? engine = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var read = new EfficientVdvaeWeights(weights);
        _weights = new(read);
        _engine = engine ?? new ManagedEngine();
        Identity = read.Identity;
    }

    /// <summary>Creates a model whose weights are read when they are first needed: programs start that code nothing by it.</summary>
    internal EfficientVdvaeModel(PublishedWeights weights, IEngine engine)
    {
        Identity = weights.Identity;
        _engine = engine;
        _weights = new(() => weights.Read(file => new EfficientVdvaeWeights(file), read => read.Identity));
    }

    /// <inheritdoc/>
    public override bool NeedsSupply => true;

    /// <summary>The highest: another model makes most images smaller, and trying both takes the time of both.</summary>
    public override int SearchEffort => TesseraEncoderOptions.MaxEffort;

    /// <summary>The hierarchy.</summary>
    public EfficientVdvaeConfiguration Configuration => _weights.Value.Configuration;

    /// <inheritdoc/>
    public override ModelIdentity Identity { get; }

    /// <inheritdoc/>
    public override bool Supports(SampleFormat format) => TilePixels.Supports(format, EfficientVdvaeConfiguration.Colors);

    /// <inheritdoc/>
    public override Tiling PlanTiling(ImageInfo image, int effort) => new(TileSide, BandRows);

    /// <inheritdoc/>
    public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort) => EvenSegments.Of(band, SegmentTiles);

    /// <inheritdoc/>
    public override SegmentEncoder CreateEncoder(int effort) => new EfficientVdvaeEncoder(_weights.Value, _engine);

    /// <inheritdoc/>
    public override SegmentDecoder CreateDecoder() => new EfficientVdvaeDecoder(_weights.Value, _engine);
}
