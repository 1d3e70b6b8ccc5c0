using Tessera.Exact;
using Tessera.Exact.Managed;

namespace Tessera.Models.BitSwap;

/// <summary>
/// A Bit-Swap model: a chain of latents that is coded with bits back, for images of the channels that its weights are made for, of 8 bits
/// and without alpha. <c>spec/bitswap.md</c> specifies it.
/// </summary>
public sealed class BitSwapModel : TileModel
{
    private const string BbAnsSuffix = "/bb-ans";

    // Of 32, 64, 128 and 256, measured on a photograph: 32 costs 0.7 %, 128 saves 0.35 %, 256 0.6 %, but what a first tile must find is four times as
    // much with each: 1.5 kB with 64, which one starter tile gives.
    private const int TileSide = 64;

    // A starter tile of so many costs little where the starter is worse, and images of half a megapixel have two segments, for two threads.
    private const int SegmentTiles = 64;
    private const int BandRows = 8;
    private readonly Lazy<BitSwapWeights> _weights;
    private readonly IEngine _engine;
    private readonly BitsBackScheme _scheme;

    /// <summary>Creates a model.</summary>
    /// <param name="weights">Its weights, with the metadata <c>model</c>, <c>version</c> and <c>configuration</c>.</param>
    /// <param name="engine">What runs its networks, or null for the managed engine on one thread for each segment.</param>
    /// <param name="scheme">
    /// How latents are coded. With <see cref="BitsBackScheme.BbAns"/> it is another model, whose name ends in <c>/bb-ans</c>.
    /// </param>
    /// <exception cref="WeightsException">The weights are not those of a chain of latents.</exception>
    public BitSwapModel(TensorFile weights, IEngine? engine = null, BitsBackScheme scheme = BitsBackScheme.BitSwap)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var read = new BitSwapWeights(weights);
        _weights = new(read);
        _engine = engine ?? new ManagedEngine();
        _scheme = scheme;
        Identity = scheme == BitsBackScheme.BitSwap ? read.Identity : read.Identity with { Id = read.Identity.Id + BbAnsSuffix };
    }

    /// <summary>Creates a model whose weights are read when they are first needed: programs start that code nothing by it.</summary>
    internal BitSwapModel(PublishedWeights weights, IEngine engine)
    {
        Identity = weights.Identity;
        _engine = engine;
        _weights = new(() => weights.Read(file => new BitSwapWeights(file), read => read.Identity));
    }

    /// <inheritdoc/>
    public override bool NeedsSupply => true;

    /// <summary>The highest: another model makes most images smaller, and trying both takes the time of both.</summary>
    public override int SearchEffort => TesseraEncoderOptions.MaxEffort;

    /// <summary>The chain.</summary>
    public BitSwapConfiguration Configuration => _weights.Value.Configuration;

    /// <inheritdoc/>
    public override ModelIdentity Identity { get; }

    /// <inheritdoc/>
    public override bool Supports(SampleFormat format) =>
        TilePixels.Supports(format, Configuration.Channels);

    /// <inheritdoc/>
    public override Tiling PlanTiling(ImageInfo image, int effort) => new(TileSide, BandRows);

    /// <inheritdoc/>
    public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort) => EvenSegments.Of(band, SegmentTiles);

    /// <inheritdoc/>
    public override SegmentEncoder CreateEncoder(int effort) => new BitSwapEncoder(_weights.Value, _engine, _scheme);

    /// <inheritdoc/>
    public override SegmentDecoder CreateDecoder() => new BitSwapDecoder(_weights.Value, _engine, _scheme);
}
