namespace Tessera.Models.Classic;

/// <summary>
/// The model "classic": adaptive prediction and context mixing, for images of every kind and depth. It has no weights and needs no
/// bits back. <c>spec/classic.md</c> specifies it.
/// </summary>
public sealed class ClassicModel : TileModel
{
    /// <summary>The model's name.</summary>
    public const string Id = "classic";

    private const int TileSide = 256;

    // A band holds some 4 megapixels: enough for every repeat in a screenshot, little enough to hold several.
    private const long BandPixels = 1L << 22;

    /// <inheritdoc/>
    public override ModelIdentity Identity { get; } = new(Id, 1);

    /// <inheritdoc/>
    public override bool Supports(SampleFormat format) => true;

    /// <inheritdoc/>
    public override Tiling PlanTiling(ImageInfo image, int effort)
    {
        ArgumentNullException.ThrowIfNull(image);
        long rowPixels = (long)image.Width * TileSide;
        long tileRows = ((long)image.Height + TileSide - 1) / TileSide;
        long bands = Math.Max(1, ((tileRows * rowPixels) + BandPixels - 1) / BandPixels);
        return new(TileSide, (int)Math.Max(1, (tileRows + bands - 1) / bands));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort)
    {
        ArgumentNullException.ThrowIfNull(band);
        if (ImageAnalysis.LooksDrawn(band))
            return [band.Tiles.Length];

        // Photographs: each row of tiles in pieces of some 4 tiles, which two threads share evenly.
        int pieces = Math.Max(1, (columns + 2) / 4);
        var counts = new List<int>();
        for (int row = 0; row < band.Tiles.Length / columns; row++)
        {
            for (int i = 0; i < pieces; i++)
                counts.Add((columns * (i + 1) / pieces) - (columns * i / pieces));
        }

        return counts;
    }

    /// <inheritdoc/>
    public override SegmentEncoder CreateEncoder(int effort) => new ClassicEncoder(effort);

    /// <inheritdoc/>
    public override SegmentDecoder CreateDecoder() => new ClassicDecoder();
}
