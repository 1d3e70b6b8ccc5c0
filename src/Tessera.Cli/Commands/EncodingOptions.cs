using System.Collections.Immutable;
using System.CommandLine;
using Tessera.Cli.Completion;

namespace Tessera.Cli.Commands;

/// <summary>The options that say how images are encoded, and what they amount to on a command line.</summary>
internal sealed class EncodingOptions
{
    private readonly ToolContext _context;

    public EncodingOptions(ToolContext context)
    {
        _context = context;
        Effort.Require(
            n => n is >= TesseraEncoderOptions.MinEffort and <= TesseraEncoderOptions.MaxEffort,
            $"{TesseraEncoderOptions.MinEffort} to {TesseraEncoderOptions.MaxEffort}");
        Tile.Require(n => n is >= 0 and <= TileGrid.MaxTileSize, $"0 to {TileGrid.MaxTileSize}");
        Models.OfferModels(context);
        Effort.OfferNumbers(TesseraEncoderOptions.MinEffort, TesseraEncoderOptions.MaxEffort);
        Engine = SharedOptions.Engine(context);
    }

    public Option<string[]> Models { get; } = new("--model", "-m")
    {
        Description = "The id of a model to use, see tessera models. May be given again; the default is to choose.",
        HelpName = "id",
        DefaultValueFactory = _ => [],
    };

    public Option<int> Effort { get; } = new("--effort", "-e")
    {
        Description = $"{TesseraEncoderOptions.MinEffort} is fastest, {TesseraEncoderOptions.MaxEffort} smallest.",
        HelpName = "n",
        DefaultValueFactory = _ => TesseraEncoderOptions.DefaultEffort,
    };

    public Option<int> Tile { get; } = new("--tile") { Description = "The side of a tile in pixels; 0 is what suits the model.", HelpName = "n" };

    public Option<bool> Verify { get; } = new("--verify")
    {
        Description = "Decode what was written, and compare all pixels, before the file gets its name.",
    };

    public Option<int> Threads { get; } = SharedOptions.Threads();

    public Option<string?> Engine { get; }

    public Option<string[]> Plugins { get; } = SharedOptions.Plugins();

    /// <summary>How to encode.</summary>
    /// <param name="arguments">The command line.</param>
    /// <exception cref="ModelRegistryException">A model is not installed.</exception>
    public TesseraEncoderOptions Read(ParseResult arguments)
    {
        ModelRegistry registry = _context.CreateRegistry(arguments.GetRequiredValue(Plugins), arguments.GetValue(Engine));
        ImmutableArray<string> modelIds = [.. arguments.GetRequiredValue(Models)];
        foreach (string id in modelIds)
            registry.FindForEncoding(id);
        return new()
        {
            Registry = registry,
            ModelIds = modelIds,
            Effort = arguments.GetValue(Effort),
            TileSize = arguments.GetValue(Tile) is > 0 and int size ? size : null,
            MaxDegreeOfParallelism = arguments.GetValue(Threads),
        };
    }

    /// <summary>Encodes files, and verifies them if that is asked for.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="options">What <see cref="Read"/> gave.</param>
    /// <param name="keepsTime">Whether an output gets the time of its input.</param>
    public FileEncoder CreateEncoder(ParseResult arguments, TesseraEncoderOptions options, bool keepsTime = false)
    {
        TesseraDecoder? verifier = arguments.GetValue(Verify)
            ? new(new() { Registry = options.Registry, MaxDegreeOfParallelism = options.MaxDegreeOfParallelism })
            : null;
        return new(_context, new TesseraEncoder(options), verifier) { KeepsTime = keepsTime };
    }
}
