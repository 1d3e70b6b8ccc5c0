using System.Collections.Immutable;

namespace Tessera;

/// <summary>How to encode.</summary>
public sealed record TesseraEncoderOptions
{
    /// <summary>The lowest effort: fastest.</summary>
    public const int MinEffort = 1;

    /// <summary>The highest effort: smallest.</summary>
    public const int MaxEffort = 9;

    /// <summary>The effort where none is asked for.</summary>
    public const int DefaultEffort = 5;

    /// <summary>
    /// The effort from which on every segment is coded by all candidate models, and the smallest result kept. A model may ask for more
    /// (<see cref="TileModel.SearchEffort"/>).
    /// </summary>
    public const int TryAllEffort = 6;

    /// <summary>The models to choose from.</summary>
    public required ModelRegistry Registry { get; init; }

    /// <summary>The ids of the models to use, in the order of preference; empty for those of the registry in its order.</summary>
    public ImmutableArray<string> ModelIds { get; init; } = [];

    /// <summary>
    /// <see cref="MinEffort"/> to <see cref="MaxEffort"/>; <see cref="DefaultEffort"/> is the default. Below <see cref="TryAllEffort"/> the first model that
    /// supports the image and is good for a segment (<see cref="TileModel.Judge"/>) codes it; from <see cref="DefaultEffort"/> on, models before it that are doubtful
    /// are tried too.
    /// </summary>
    public int Effort { get; init; } = DefaultEffort;

    /// <summary>The side of a tile in pixels, or null for what suits the model.</summary>
    public int? TileSize { get; init; }

    /// <summary>Rows of tiles in a band, or null for what suits the model. A decoder holds a few bands in memory.</summary>
    public int? BandRows { get; init; }

    /// <summary>How many segments are coded at the same time; 0 for as many as there are processors. The file does not depend on it.</summary>
    public int MaxDegreeOfParallelism { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (Registry is null)
            throw new ArgumentException("A registry of models is needed.");
        if (ModelIds.IsDefault)
            throw new ArgumentException("The model ids are not set.");
        if (Effort is < MinEffort or > MaxEffort)
            throw new ArgumentException($"The effort is {MinEffort} to {MaxEffort}, not {Effort}.");
        if (TileSize is < 1 or > TileGrid.MaxTileSize)
            throw new ArgumentException($"The side of a tile is 1 to {TileGrid.MaxTileSize} pixels, not {TileSize}.");
        if (BandRows is < 1)
            throw new ArgumentException($"A band has at least one row of tiles, not {BandRows}.");
        if (MaxDegreeOfParallelism < 0)
            throw new ArgumentException($"The degree of parallelism is 0 (automatic) or more, not {MaxDegreeOfParallelism}.");
    }
}
