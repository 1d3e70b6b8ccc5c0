using Tessera.Exact;
using Tessera.Exact.Managed;

namespace Tessera.Models.Causal;

/// <summary>
/// A causal model: each pixel from the pixels before it, by recursive least squares and a small network, for grey and color images of 8
/// bits. <c>spec/causal.md</c> specifies it.
/// </summary>
public sealed class CausalModel : TileModel
{
    // A tile of 128 costs 0.5 % more; larger ones save 0.2 % of some photographs, cost as much of others, and leave threads without work.
    private const int TileSide = 256;
    private const int SegmentTiles = 4;
    private const long BandPixels = 1L << 22;
    private const int BitDepth = 8;

    // Of 256: photographs were seen with up to 188 and 219, drawings with fewer, but then of few colors.
    private const int DrawnGradientHits = 200;
    private const int DrawnGreyHits = 224;
    private const int DrawnGreyValues = 32;
    private const int ColorHits = 128;
    private const int DoubtfulHits = 64;
    private const int DoubtfulGreyHits = 160;
    private const int DoubtfulGreyValues = 192;
    private const int FrequentValues = 24;
    private const int DoubtfulShare = 140;
    private readonly Lazy<CausalWeights> _weights;
    private readonly IEngine _engine;

    /// <summary>Creates a model.</summary>
    /// <param name="weights">Its weights, with the metadata <c>model</c>, <c>version</c> and <c>configuration</c>.</param>
    /// <param name="engine">What runs its network, or null for the managed engine on one thread for each segment.</param>
    /// <exception cref="WeightsException">The weights are not those of a causal model.</exception>
    public CausalModel(TensorFile weights, IEngine? engine = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var read = new CausalWeights(weights);
        _weights = new(read);
        _engine = engine ?? new ManagedEngine();
        Identity = read.Identity;
    }

    /// <summary>Creates a model whose weights are read when they are first needed: programs start that code nothing by it.</summary>
    internal CausalModel(PublishedWeights weights, IEngine engine)
    {
        Identity = weights.Identity;
        _engine = engine;
        _weights = new(() => weights.Read(file => new CausalWeights(file), read => read.Identity));
    }

    /// <summary>The network's sizes.</summary>
    public CausalConfiguration Configuration => _weights.Value.Configuration;

    /// <inheritdoc/>
    public override ModelIdentity Identity { get; }

    /// <summary>4: below, speed matters more.</summary>
    public override int LowestEffort => 4;

    /// <summary>Yes: it knows photographs, not drawings, and mattes are drawings.</summary>
    public override bool IsSpecialized => true;

    /// <inheritdoc/>
    public override Suitability Judge(TileRun tiles)
    {
        if (LooksDrawn(tiles) || TileAnalysis.LooksLikeNoise(tiles) || (tiles.HasAlpha && !CausalPixels.IsConstant(tiles, tiles.Tiles.AsSpan(), Colors(tiles), out _)))
            return Suitability.Poor;
        return MayBeDrawn(tiles) ? Suitability.Doubtful : Suitability.Good;
    }

    /// <inheritdoc/>
    public override bool Supports(SampleFormat format) => Codes(format.BitDepth, format.Channels - (format.Alpha == AlphaKind.None ? 0 : 1));

    /// <inheritdoc/>
    public override Tiling PlanTiling(ImageInfo image, int effort)
    {
        ArgumentNullException.ThrowIfNull(image);

        // Bands of several rows of tiles, which are what other models want for a picture's drawn parts.
        long rowPixels = (long)image.Width * TileSide;
        return new(TileSide, (int)Math.Clamp(BandPixels / rowPixels, 1, ((long)image.Height + TileSide - 1) / TileSide));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort)
    {
        ArgumentNullException.ThrowIfNull(band);
        int pieces = (columns + SegmentTiles - 1) / SegmentTiles, rows = band.Tiles.Length / columns;
        IEnumerable<int> row = Enumerable.Range(0, pieces).Select(i => (columns * (i + 1) / pieces) - (columns * i / pieces));
        return [.. Enumerable.Repeat(row, rows).SelectMany(piece => piece)];
    }

    /// <inheritdoc/>
    public override SegmentEncoder CreateEncoder(int effort) => new CausalEncoder(_weights.Value, _engine);

    /// <inheritdoc/>
    public override SegmentDecoder CreateDecoder() => new CausalDecoder(_weights.Value, _engine);

    /// <summary>Whether such samples can be coded.</summary>
    internal static bool Codes(int bitDepth, int colors) => bitDepth == BitDepth && colors is (1 or LeastSquares.Channels);

    /// <summary>The channels of tiles that are not alpha.</summary>
    internal static int Colors(TileRun tiles) => tiles.ChannelCount - (tiles.HasAlpha ? 1 : 0);

    // Dithered pictures have few colors, scanned pages few values for most samples, and text around a photograph some neighbours that are equal.
    private static bool MayBeDrawn(TileRun tiles)
    {
        bool isGrey = Colors(tiles) == 1;
        return TileAnalysis.NeighbourHits(tiles) >= (isGrey ? DoubtfulGreyHits : DoubtfulHits)
            || TileAnalysis.ShareOfMostFrequent(tiles, FrequentValues) >= DoubtfulShare
            || (isGrey ? TileAnalysis.CountValues(tiles) <= DoubtfulGreyValues : TileAnalysis.HasFewColors(tiles));
    }

    // Smooth photographs have much that drawings have: what sets those apart is that nearly all is smooth, or that colors are few.
    private static bool LooksDrawn(TileRun tiles)
    {
        if (TileAnalysis.GradientHits(tiles) >= DrawnGradientHits)
            return true;
        int hits = TileAnalysis.NeighbourHits(tiles);
        return Colors(tiles) == 1
            ? hits >= DrawnGreyHits || TileAnalysis.CountValues(tiles) <= DrawnGreyValues
            : hits >= ColorHits && TileAnalysis.HasFewColors(tiles);
    }
}
