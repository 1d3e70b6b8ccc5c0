namespace Tessera.Cli.Benchmarks.Measuring;

/// <summary>A model, with every tile in a segment of its own, so that the file tells what each tile takes.</summary>
internal sealed class TileByTileModel(TileModel inner) : TileModel
{
    /// <inheritdoc/>
    public override ModelIdentity Identity => inner.Identity;

    /// <inheritdoc/>
    public override int SearchEffort => inner.SearchEffort;

    /// <inheritdoc/>
    public override int LowestEffort => inner.LowestEffort;

    /// <inheritdoc/>
    public override int HighestEffort => inner.HighestEffort;

    /// <inheritdoc/>
    public override bool IsSpecialized => inner.IsSpecialized;

    /// <inheritdoc/>
    public override bool Supports(SampleFormat format) => inner.Supports(format);

    /// <inheritdoc/>
    public override Suitability Judge(TileRun tiles) => inner.Judge(tiles);

    /// <inheritdoc/>
    public override Tiling PlanTiling(ImageInfo image, int effort) => inner.PlanTiling(image, effort);

    /// <inheritdoc/>
    public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort) => [.. Enumerable.Repeat(1, band.Tiles.Length)];

    /// <inheritdoc/>
    public override SegmentEncoder CreateEncoder(int effort) => inner.CreateEncoder(effort);

    /// <inheritdoc/>
    public override SegmentDecoder CreateDecoder() => inner.CreateDecoder();
}
