using System.Collections.Immutable;
using System.CommandLine;
using Tessera.Cli.Display;
using Tessera.Cli.Files;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera encode</c>: images into Tessera files.</summary>
internal sealed class EncodeCommand
{
    private readonly ToolContext _context;
    private readonly TesseraEncoder _encoder;
    private readonly TesseraDecoder? _verifier;
    private readonly bool _force;

    private EncodeCommand(ToolContext context, TesseraEncoder encoder, TesseraDecoder? verifier, bool force)
    {
        _context = context;
        _encoder = encoder;
        _verifier = verifier;
        _force = force;
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(ToolContext context)
    {
        Argument<string[]> paths = SharedOptions.Paths(
            "An image, a folder of images, or - for standard input. A second path is the output; for more inputs use --output.");
        Option<string?> output = SharedOptions.Output("The file or folder to write, or - for standard output. By default, beside the input.");
        Option<string[]> models = new("--model", "-m")
        {
            Description = "The id of a model to use, see tessera models. May be given again; the default is to choose.",
            HelpName = "id",
            DefaultValueFactory = _ => [],
        };
        Option<int> effort = new("--effort", "-e")
        {
            Description = $"{TesseraEncoderOptions.MinEffort} is fastest, {TesseraEncoderOptions.MaxEffort} smallest.",
            HelpName = "n",
            DefaultValueFactory = _ => TesseraEncoderOptions.DefaultEffort,
        };
        effort.Require(
            n => n is >= TesseraEncoderOptions.MinEffort and <= TesseraEncoderOptions.MaxEffort,
            $"{TesseraEncoderOptions.MinEffort} to {TesseraEncoderOptions.MaxEffort}");
        Option<int> tile = new("--tile") { Description = "The side of a tile in pixels; 0 is what suits the model.", HelpName = "n" };
        tile.Require(n => n is >= 0 and <= TileGrid.MaxTileSize, $"0 to {TileGrid.MaxTileSize}");
        Option<int> threads = SharedOptions.Threads();
        Option<bool> verify = new("--verify") { Description = "Decode what was written, and compare all pixels, before the file gets its name." };
        Option<bool> force = SharedOptions.Force();
        Option<string?> engine = SharedOptions.Engine(context);
        Option<string[]> plugins = SharedOptions.Plugins();
        var command = new Command("encode", "Encode images into Tessera files.")
        {
            paths, output, models, effort, tile, threads, verify, force, engine, plugins,
        };
        command.SetAction((arguments, cancellationToken) =>
        {
            ModelRegistry registry = context.CreateRegistry(arguments.GetRequiredValue(plugins), arguments.GetValue(engine));
            ImmutableArray<string> modelIds = [.. arguments.GetRequiredValue(models)];
            foreach (string id in modelIds)
                registry.FindForEncoding(id);
            var encoder = new TesseraEncoder(new()
            {
                Registry = registry,
                ModelIds = modelIds,
                Effort = arguments.GetValue(effort),
                TileSize = arguments.GetValue(tile) is > 0 and int size ? size : null,
                MaxDegreeOfParallelism = arguments.GetValue(threads),
            });
            TesseraDecoder? verifier = arguments.GetValue(verify)
                ? new(new() { Registry = registry, MaxDegreeOfParallelism = arguments.GetValue(threads) })
                : null;
            var run = new EncodeCommand(context, encoder, verifier, arguments.GetValue(force));
            return run.RunAsync(arguments.GetRequiredValue(paths), arguments.GetValue(output), cancellationToken);
        });
        return command;
    }

    private async Task<int> RunAsync(string[] paths, string? output, CancellationToken cancellationToken)
    {
        var planner = new JobPlanner(_context.Formats.Extensions, [FormatCatalog.TesseraExtension], FormatCatalog.TesseraExtension);
        IReadOnlyList<FileJob> jobs = planner.Plan(paths, output);
        if (_verifier is not null && jobs.Any(j => j.Input == StandardStream.Name || j.Output == StandardStream.Name))
            throw ToolException.Usage("--verify reads input and output again, which standard input and output do not allow.");

        bool showResults = jobs[0].Output != StandardStream.Name && (_context.Terminal.IsOutputTerminal || _verifier is not null);
        return await new JobRunner(_context.Terminal).RunAsync(
            jobs,
            job => StandardStream.DescribeInput(job.Input),
            EncodeAsync,
            (job, result) => _context.Terminal.ShowResult(showResults, job.Output, result),
            cancellationToken);
    }

    private async Task<string> EncodeAsync(FileJob job, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        await using Stream input = InputFiles.Open(job.Input, _context.Terminal);
        await using IRasterSource source = await _context.Formats.OpenAsync(input, RasterLimits.Default, cancellationToken);
        await using OutputFile output = OutputFile.Create(job.Output, _force, _context.Terminal);
        EncodeSummary summary = await EncodeAsync(source, output.Stream, progress, cancellationToken);
        if (_verifier is not null)
            await VerifyAsync(_verifier, job.Input, output.Stream, progress, cancellationToken);
        await output.CommitAsync(cancellationToken);
        return Describe(summary, input.CanSeek ? input.Length : null);
    }

    private async Task<EncodeSummary> EncodeAsync(IRasterSource source, Stream output, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            return await _encoder.EncodeAsync(source, output, progress, cancellationToken);
        }
        catch (ArgumentException e)
        {
            // The options were checked before: they do not fit this image, and may fit others.
            throw ToolException.InvalidContent(e.Message);
        }
    }

    private async Task VerifyAsync(
        TesseraDecoder decoder, string original, Stream encoded, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        encoded.Position = 0;
        await using Stream input = InputFiles.Open(original, _context.Terminal);
        await using IRasterSource expected = await _context.Formats.OpenAsync(input, RasterLimits.Default, cancellationToken);
        await using var comparison = new ComparingSink(expected);
        await decoder.DecodeAsync(encoded, comparison, progress, cancellationToken);
    }

    private string Describe(EncodeSummary summary, long? inputBytes)
    {
        string from = inputBytes is { } bytes ? $"{SizeText.Bytes(bytes)} -> {SizeText.Bytes(summary.ByteCount)} ({SizeText.Percent(summary.ByteCount, bytes)})" : SizeText.Bytes(summary.ByteCount);
        string verified = _verifier is null ? "" : "; decoded again, all pixels are equal";
        return $"{SizeText.Pixels(summary.Info)}, {from}, {summary.BitsPerSubpixel:F3} bits per subpixel{verified}";
    }
}
