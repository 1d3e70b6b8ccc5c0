using System.Collections.Immutable;
using Tessera.Container;

namespace Tessera;

/// <summary>What is decided before the first sample is read: which models may be used, and how the image is cut.</summary>
internal sealed record EncodePlan
{
    private EncodePlan()
    {
    }

    public required ImageInfo Info { get; init; }

    public required TileGrid Grid { get; init; }

    public required int Effort { get; init; }

    /// <summary>The model table of the file.</summary>
    public required ImmutableArray<TileModel> Models { get; init; }

    /// <summary>How many of <see cref="Models"/>, from the first on, there are to choose from.</summary>
    public required int CandidateCount { get; init; }

    /// <summary>Whether every segment is coded by all candidates. Otherwise it is coded by the first that suits it.</summary>
    public required bool TriesAll { get; init; }

    /// <summary>The place in <see cref="Models"/> of the one that codes starter tiles, or -1 where none is needed.</summary>
    public required int Starter { get; init; }

    /// <summary>Chooses models and tiling.</summary>
    /// <exception cref="ArgumentException">The options or the image are not valid, or no model can code such an image.</exception>
    public static EncodePlan Create(TesseraEncoderOptions options, ImageInfo info)
    {
        options.Validate();
        info.Validate();

        // Not one model more is asked than is needed: to answer, it may have to read its weights.
        IEnumerable<TileModel> supporting = Supporting(options, info.Format);
        bool triesAll = options.Effort >= TesseraEncoderOptions.TryAllEffort;
        ImmutableArray<TileModel> models = [.. triesAll ? Tried(supporting, options) : Considered(supporting)];
        if (models.IsEmpty)
            throw new ArgumentException(DescribeUnsupported(options, info.Format));
        int candidateCount = models.Length;
        int starter = -1;
        if (models.Any(m => m.NeedsSupply))
        {
            TileModel first = FindStarter(supporting, options.Registry, info.Format);
            starter = models.IndexOf(first);
            if (starter < 0)
            {
                starter = models.Length;
                models = models.Add(first);
            }
        }

        Tiling wish = MemoryPlan.Fit(models[0].PlanTiling(info, options.Effort), info);
        var grid = new TileGrid(info.Width, info.Height, info.FrameCount, options.TileSize ?? wish.TileSize, options.BandRows ?? wish.BandRows);
        CheckBand(grid, info);
        return new()
        {
            Info = info,
            Grid = grid,
            Effort = options.Effort,
            Models = models,
            CandidateCount = candidateCount,
            TriesAll = triesAll,
            Starter = starter,
        };
    }

    /// <summary>Which of the candidates codes some tiles, if not all are tried: the first that suits them, or else the last.</summary>
    public int Choose(TileRun tiles)
    {
        int chosen = 0;
        while (chosen < CandidateCount - 1 && Models[chosen].IsSpecialized && !Models[chosen].Suits(tiles))
            chosen++;
        return chosen;
    }

    private static ImmutableArray<TileModel> Offered(TesseraEncoderOptions options) => options.ModelIds.IsEmpty
        ? options.Registry.EncodingModels
        : [.. options.ModelIds.Distinct(StringComparer.Ordinal).Select(options.Registry.FindForEncoding)];

    private static IEnumerable<TileModel> Supporting(TesseraEncoderOptions options, SampleFormat format) =>
        Offered(options).Where(m => (m.LowestEffort <= options.Effort || !options.ModelIds.IsEmpty) && m.Supports(format));

    // None after the first that is made for pictures of all kinds.
    private static IEnumerable<TileModel> Considered(IEnumerable<TileModel> supporting)
    {
        foreach (TileModel model in supporting)
        {
            yield return model;
            if (!model.IsSpecialized)
                yield break;
        }
    }

    // Models that were named are all tried.
    private static IEnumerable<TileModel> Tried(IEnumerable<TileModel> supporting, TesseraEncoderOptions options) =>
        supporting.Where((model, i) => i == 0 || !options.ModelIds.IsEmpty || model.SearchEffort <= options.Effort);

    private static string DescribeUnsupported(TesseraEncoderOptions options, SampleFormat format)
    {
        string images = $"Images of {format.Describe()} cannot be coded";
        ImmutableArray<TileModel> offered = Offered(options);
        if (offered.IsEmpty)
            return $"{images}: no model is installed.";
        string[] able = [.. options.Registry.EncodingModels.Where(m => m.Supports(format)).Select(m => m.Identity.Id)];
        string remedy = able.Length == 0 ? "No model that is installed can." : $"Choose another model: {string.Join(", ", able)}.";
        return $"{images} by {string.Join(", ", offered.Select(m => m.Identity.Id))}. {remedy}";
    }

    private static TileModel FindStarter(IEnumerable<TileModel> candidates, ModelRegistry registry, SampleFormat format) =>
        candidates.FirstOrDefault(m => !m.NeedsSupply)
        ?? registry.EncodingModels.FirstOrDefault(m => !m.NeedsSupply && m.Supports(format))
        ?? throw new ArgumentException($"The model {candidates.First().Identity.Id} needs another one to code its first tiles, and none that can is installed.");

    private static void CheckBand(TileGrid grid, ImageInfo info)
    {
        PixelRectangle band = grid.BandBounds(0);
        int channels = info.Format.Channels;
        if (band.Area > ContainerLimits.Default.MaxBandSamples / channels)
        {
            throw new ArgumentException(
                $"A band of {band.Width} x {band.Height} pixels of {channels} channels is more than decoders accept by default; choose smaller tiles.");
        }

        if ((long)grid.Columns * grid.BandRows > ContainerFormat.MaxBandTiles)
            throw new ArgumentException($"A band of {grid.Columns} x {grid.BandRows} tiles has more than {ContainerFormat.MaxBandTiles}; choose larger tiles.");
    }
}
