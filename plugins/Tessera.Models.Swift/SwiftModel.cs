namespace Tessera.Models.Swift;

/// <summary>
/// The model "swift": linear prediction by coefficients, and static tables by contexts, both found for each segment. For images of every kind and
/// depth, where time matters more than size. It has no weights and needs no bits back. <c>spec/swift.md</c> specifies it.
/// </summary>
public sealed class SwiftModel : TileModel
{
    /// <summary>The model's name.</summary>
    public const string Id = "swift";

    // Tiles are segments: large enough for tables to be a small part, small enough that their rows stay in a processor's caches.
    private const int LargestTile = 1024;
    private const int Rounding = 8;

    private const long BandPixels = 1L << 22;

    /// <inheritdoc/>
    public override ModelIdentity Identity { get; } = new(Id, 1);

    /// <inheritdoc/>
    public override int HighestEffort => 2;

    /// <inheritdoc/>
    public override bool Supports(SampleFormat format) => true;

    /// <inheritdoc/>
    public override Tiling PlanTiling(ImageInfo image, int effort)
    {
        ArgumentNullException.ThrowIfNull(image);

        // Tiles side by side of about the same width.
        int columns = (int)(((long)image.Width + LargestTile - 1) / LargestTile);
        int side = columns == 1 ? LargestTile : Math.Min(LargestTile, (((image.Width + columns - 1) / columns) + Rounding - 1) / Rounding * Rounding);
        long rowPixels = (long)image.Width * side, tileRows = ((long)image.Height + side - 1) / side;
        long bands = Math.Max(1, ((tileRows * rowPixels) + BandPixels - 1) / BandPixels);
        return new(side, (int)Math.Max(1, (tileRows + bands - 1) / bands));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort)
    {
        ArgumentNullException.ThrowIfNull(band);

        // As many small tiles side by side as make a large one.
        int perSegment = Math.Max(1, LargestTile / Math.Max(band.Tiles[0].Width, band.Tiles[0].Height));
        var counts = new List<int>();
        for (int row = 0; row < band.Tiles.Length / columns; row++)
        {
            int pieces = (columns + perSegment - 1) / perSegment;
            for (int i = 0; i < pieces; i++)
                counts.Add((columns * (i + 1) / pieces) - (columns * i / pieces));
        }

        return counts;
    }

    /// <inheritdoc/>
    public override SegmentEncoder CreateEncoder(int effort) => new SwiftEncoder(effort);

    /// <inheritdoc/>
    public override SegmentDecoder CreateDecoder() => new SwiftDecoder();
}
