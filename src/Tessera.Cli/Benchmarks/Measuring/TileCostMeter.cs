using Tessera.Cli.Benchmarks.Results;

namespace Tessera.Cli.Benchmarks.Measuring;

/// <summary>
/// Finds out where a picture's bits are. The tiles of a usual file are large, and share their segment's bits; so the picture is encoded once more, at
/// the default effort, in small tiles of which each is coded for itself.
/// </summary>
internal sealed class TileCostMeter
{
    /// <summary>Tiles along the longer side, about.</summary>
    private const int TilesAlongSide = 24;

    private const int Granularity = 8;
    private const int SmallestTile = 16;

    private readonly ModelRegistry _models;

    /// <summary>Prepares to measure with some models.</summary>
    /// <param name="models">The models.</param>
    public TileCostMeter(ModelRegistry models) => _models = new ModelRegistryBuilder().Add(new Plugin(models)).Build();

    /// <summary>Measures a picture.</summary>
    /// <returns>What its tiles take; null if no model codes it so.</returns>
    public async Task<TileCosts?> MeasureAsync(Picture picture, CancellationToken cancellationToken)
    {
        int side = Math.Max(picture.Info.Width, picture.Info.Height) / TilesAlongSide;
        int tileSize = Math.Clamp((side + Granularity - 1) / Granularity * Granularity, SmallestTile, TileGrid.MaxTileSize);
        using var file = new MemoryStream();
        await using IRasterSource source = await picture.OpenAsync(cancellationToken);
        try
        {
            await new TesseraEncoder(new() { Registry = _models, TileSize = tileSize }).EncodeAsync(source, file, null, cancellationToken);
        }
        catch (ArgumentException)
        {
            // No model codes such samples.
            return null;
        }

        file.Position = 0;
        FileReport report = await TesseraInspector.InspectAsync(file, cancellationToken: cancellationToken);
        double[] tiles = new double[report.Grid.TilesPerFrame];
        foreach (SegmentReport segment in report.Segments)
            tiles[segment.Header.FirstTile] += segment.BitsPerSubpixel * segment.Header.ChannelCount / report.Info.Format.Channels;
        return new(tileSize, report.Grid.Columns, report.Grid.Rows, report.BitsPerSubpixel, [.. tiles.Select(t => Math.Round(t, 3))]);
    }

    /// <summary>All models that can code a tile for itself.</summary>
    private sealed class Plugin(ModelRegistry models) : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => models.Models.Where(m => !m.NeedsSupply).Select(m => new TileByTileModel(m));
    }
}
