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

    /// <summary>Whether every segment is coded by all candidates. Otherwise it is coded by the first that is good for it, and by those before that may be.</summary>
    public required bool TriesAll { get; init; }

    /// <summary>The places in <see cref="Models"/> of those that may code starter tiles, in the order of preference; none where none are needed.</summary>
    public required ImmutableArray<int> Starters { get; init; }

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
        ImmutableArray<TileModel> starters = models.Any(m => m.NeedsSupply) ? FindStarters(models, supporting, options, info.Format) : [];
        models = [.. models.Union(starters)];

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
            Starters = [.. starters.Select(models.IndexOf)],
        };
    }

    /// <summary>Which of the candidates cuts a band into segments: the first that is good for it, or else the last.</summary>
    public int ChooseForBand(TileRun band) => FirstOf(Candidates, band, Suitability.Good);

    /// <summary>In which ways some tiles are coded, for the smallest result to be kept; at least one, the preferred one first.</summary>
    public IEnumerable<SegmentRecipe> Recipes(TileRun tiles)
    {
        foreach (int model in TriesAll ? Candidates : Worthwhile(tiles))
        {
            if (!Models[model].NeedsSupply)
            {
                yield return new(null, model);
                continue;
            }

            foreach (int starter in TriesAll ? Starters : [FirstOf(Starters, tiles, Suitability.Doubtful)])
                yield return new(starter, model);
        }
    }

    /// <summary>Whether a model is among those by which every segment is coded alone.</summary>
    public bool IsTriedAlone(int model) => TriesAll && model < CandidateCount && !Models[model].NeedsSupply;

    private IEnumerable<int> Candidates => Enumerable.Range(0, CandidateCount);

    // The first that is good, and before it, from the default effort on, those of which that is doubtful.
    private IEnumerable<int> Worthwhile(TileRun tiles)
    {
        Suitability least = Effort < TesseraEncoderOptions.DefaultEffort ? Suitability.Good : Suitability.Doubtful;
        for (int model = 0; model < CandidateCount - 1; model++)
        {
            Suitability suitability = Judge(model, tiles);
            if (suitability >= least)
                yield return model;
            if (suitability == Suitability.Good)
                yield break;
        }

        yield return CandidateCount - 1;
    }

    private int FirstOf(IEnumerable<int> models, TileRun tiles, Suitability least)
    {
        int[] all = [.. models];
        return all.SkipLast(1).Where(model => Judge(model, tiles) >= least).DefaultIfEmpty(all[^1]).First();
    }

    private Suitability Judge(int model, TileRun tiles) => Models[model].IsSpecialized ? Models[model].Judge(tiles) : Suitability.Good;

    private static ImmutableArray<TileModel> Offered(TesseraEncoderOptions options) => options.ModelIds.IsEmpty
        ? options.Registry.EncodingModels
        : [.. options.ModelIds.Distinct(StringComparer.Ordinal).Select(options.Registry.FindForEncoding)];

    private static IEnumerable<TileModel> Supporting(TesseraEncoderOptions options, SampleFormat format) =>
        Preferred(options).Where(m => m.Supports(format));

    // Where none is named, those that are made for low efforts come first there, and last elsewhere.
    private static IEnumerable<TileModel> Preferred(TesseraEncoderOptions options) => options.ModelIds.IsEmpty
        ? Offered(options).Where(m => m.LowestEffort <= options.Effort).OrderBy(m => m.HighestEffort < options.Effort).ThenBy(m => m.HighestEffort)
        : Offered(options);

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
        supporting.Where((model, i) => i == 0 || !options.ModelIds.IsEmpty
            || (model.SearchEffort <= options.Effort && options.Effort <= model.HighestEffort));

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

    // Those that are tried in any case; or else those that code such images, first of the models offered, then of all that are installed.
    private static ImmutableArray<TileModel> FindStarters(
        ImmutableArray<TileModel> models, IEnumerable<TileModel> supporting, TesseraEncoderOptions options, SampleFormat format)
    {
        if (options.Effort >= TesseraEncoderOptions.TryAllEffort && models.Any(m => !m.NeedsSupply))
            return [.. models.Where(m => !m.NeedsSupply)];
        IEnumerable<TileModel> installed = options.Registry.EncodingModels
            .Where(m => !m.NeedsSupply).OrderBy(m => m.LowestEffort > options.Effort || m.HighestEffort < options.Effort).Where(m => m.Supports(format));
        TileModel[] starters = [.. Considered(supporting.Where(m => !m.NeedsSupply))];
        if (starters.Length == 0)
            starters = [.. Considered(installed)];
        return starters.Length > 0
            ? [.. starters]
            : throw new ArgumentException($"The model {models.First(m => m.NeedsSupply).Identity.Id} needs another one to code its first tiles, and none that can is installed.");
    }

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

/// <summary>A way to code a segment: a model alone, or one that needs supply after a starter.</summary>
/// <param name="Starter">The place of the model that codes the first tiles, or null.</param>
/// <param name="Model">The place of the model that codes the others.</param>
internal readonly record struct SegmentRecipe(int? Starter, int Model);
