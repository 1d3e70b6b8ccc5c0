using Tessera.Exact;
using Tessera.Exact.Managed;

namespace Tessera.Models.DenseFlow;

/// <summary>
/// A DenseFlow model: a flow that is augmented with noise and coded with bits back, for images of three channels of 8 bits without alpha.
/// <c>spec/denseflow.md</c> specifies it.
/// </summary>
public sealed class DenseFlowModel : TileModel
{
    // Its own tiles take 0.7 % less with 128 than with 64, measured on photographs: there are fewer edges. What a first tile must find is four times as
    // much, 66 kB: five to seven starter tiles of a segment.
    private const int TileSide = 128;

    // A megapixel: starter tiles are a tenth of them.
    private const int SegmentTiles = 64;
    private const int BandRows = 8;
    private readonly Lazy<DenseFlowWeights> _weights;
    private readonly IEngine _engine;

    /// <summary>Creates a model.</summary>
    /// <param name="weights">Its weights, with the metadata <c>model</c>, <c>version</c> and <c>configuration</c>.</param>
    /// <param name="engine">What runs its networks, or null for the managed engine on one thread for each segment.</param>
    /// <exception cref="WeightsException">The weights are not those of a flow.</exception>
    public DenseFlowModel(TensorFile weights, IEngine? engine = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var read = new DenseFlowWeights(weights);
        _weights = new(read);
        _engine = engine ?? new ManagedEngine();
        Identity = read.Identity;
    }

    /// <summary>Creates a model whose weights are read when they are first needed: programs start that code nothing by it.</summary>
    internal DenseFlowModel(PublishedWeights weights, IEngine engine)
    {
        Identity = weights.Identity;
        _engine = engine;
        _weights = new(() => weights.Read(file => new DenseFlowWeights(file), read => read.Identity));
    }

    /// <inheritdoc/>
    public override bool NeedsSupply => true;

    /// <summary>The highest: another model makes most images smaller, and trying both takes the time of both.</summary>
    public override int SearchEffort => TesseraEncoderOptions.MaxEffort;

    /// <summary>The flow.</summary>
    public DenseFlowConfiguration Configuration => _weights.Value.Configuration;

    /// <inheritdoc/>
    public override ModelIdentity Identity { get; }

    /// <inheritdoc/>
    public override bool Supports(SampleFormat format) => TilePixels.Supports(format, DenseFlowConfiguration.Colors);

    /// <inheritdoc/>
    public override Tiling PlanTiling(ImageInfo image, int effort) => new(TileSide, BandRows);

    /// <inheritdoc/>
    public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort) => EvenSegments.Of(band, SegmentTiles);

    /// <inheritdoc/>
    public override SegmentEncoder CreateEncoder(int effort) => new DenseFlowEncoder(_weights.Value, _engine);

    /// <inheritdoc/>
    public override SegmentDecoder CreateDecoder() => new DenseFlowDecoder(_weights.Value, _engine);
}
