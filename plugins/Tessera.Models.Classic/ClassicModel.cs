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

    private const long BandPixels = 1L << 22;

    // What a segment holds at the most or so: a drawing's repeats may be far apart; a photograph's pieces are for many threads.
    private const long DrawnPixels = 1L << 21;
    private const long PhotoPixels = 1L << 18;
    private const int FullRowWidth = 1 << 17;

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
        int rows = band.Tiles.Length / columns;
        long rowPixels = band.PixelCount / rows;
        bool drawn = TileAnalysis.LooksDrawn(band, TileAnalysis.NeighbourHits(band));
        long wanted = drawn ? DrawnPixels : PhotoPixels;
        var counts = new List<int>();
        if (drawn && rowPixels <= wanted && band.Regions[0].Width <= FullRowWidth)
        {
            // Several full rows of tiles together.
            int pieces = (int)(((rowPixels * rows) + wanted - 1) / wanted);
            for (int i = 0; i < pieces; i++)
                counts.Add(((rows * (i + 1) / pieces) - (rows * i / pieces)) * columns);
            return counts;
        }

        // Each row of tiles in equal pieces.
        long wantedPieces = Math.Max((rowPixels + (wanted / 2)) / wanted, (band.Regions[0].Width + FullRowWidth - 1) / FullRowWidth);
        int piecesOfRow = (int)Math.Clamp(wantedPieces, 1, columns);
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < piecesOfRow; i++)
                counts.Add((columns * (i + 1) / piecesOfRow) - (columns * i / piecesOfRow));
        }

        return counts;
    }

    /// <inheritdoc/>
    public override SegmentEncoder CreateEncoder(int effort) => new ClassicEncoder(effort);

    /// <inheritdoc/>
    public override SegmentDecoder CreateDecoder() => new ClassicDecoder();
}
