using System.CommandLine;
using Tessera.Cli.Display;
using Tessera.Cli.Files;
using Tessera.Cli.Help;
using Tessera.Container;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera decode</c>: Tessera files into images.</summary>
internal sealed class DecodeCommand
{
    private readonly ToolContext _context;
    private readonly TesseraDecoder _decoder;
    private readonly string _extension;
    private readonly PixelRectangle? _region;
    private readonly ImageWriter _writer;

    private DecodeCommand(ToolContext context, TesseraDecoder decoder, string extension, PixelRectangle? region, bool force)
    {
        _context = context;
        _decoder = decoder;
        _extension = extension;
        _region = region;
        _writer = new(context, extension, force);
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(ToolContext context)
    {
        string[] formats = [.. context.Formats.Extensions.Select(e => e[1..])];
        Argument<string[]> paths = SharedOptions.Paths(
            "A Tessera file, a folder of them, or - for standard input. A second path is the output; for more inputs use --output.");
        Option<string?> output = SharedOptions.Output("The file or folder to write, or - for standard output. By default, beside the input.");
        Option<string> format = new("--format")
        {
            Description = $"The format where the output's name does not tell: {string.Join(", ", formats)}.",
            HelpName = "format",
            DefaultValueFactory = _ => formats[0],
        };
        format.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, formats);
        Option<int> threads = SharedOptions.Threads();
        Option<bool> recover = new("--recover") { Description = "Save what can be had of a damaged file; what is lost becomes black." };
        Option<PixelRectangle?> region = RegionOption.Create();
        Option<bool> force = SharedOptions.Force();
        Option<string?> engine = SharedOptions.Engine(context);
        Option<string[]> plugins = SharedOptions.Plugins();
        var command = new DocumentedCommand("decode", "Decode Tessera files into images.")
        {
            paths,
            new OptionGroup("Files", output, format, force),
            new OptionGroup("What to decode", region, recover),
            new OptionGroup("Work", threads, engine, plugins),
            new Example("tessera decode photo.tsra", "Write photo.png beside photo.tsra."),
            new Example("tessera decode photo.tsra - --format ppm", "Write a PPM image to standard output."),
            new Example("tessera decode --region 16000,9000,512,512 map.tsra part.png", "Decode 512 x 512 pixels of a large image, and read no more than they need."),
            new Example("tessera decode --recover damaged.tsra saved.png", "Save what is whole of a damaged file."),
        };
        command.SetAction((arguments, cancellationToken) =>
        {
            var decoder = new TesseraDecoder(new()
            {
                Registry = context.CreateRegistry(arguments.GetRequiredValue(plugins), arguments.GetValue(engine)),
                MaxDegreeOfParallelism = arguments.GetValue(threads),
                Recovery = arguments.GetValue(recover) ? RecoveryMode.SkipDamage : RecoveryMode.None,
            });
            if (arguments.GetValue(region) is not null && arguments.GetValue(recover))
                throw ToolException.Usage("--region and --recover exclude each other: a region needs a whole index.");
            var run = new DecodeCommand(
                context, decoder, "." + arguments.GetRequiredValue(format), arguments.GetValue(region), arguments.GetValue(force));
            return run.RunAsync(arguments.GetRequiredValue(paths), arguments.GetValue(output), cancellationToken);
        });
        return command;
    }

    private Task<int> RunAsync(string[] paths, string? output, CancellationToken cancellationToken)
    {
        var planner = new JobPlanner([FormatCatalog.TesseraExtension], _context.Formats.Extensions, _extension);
        IReadOnlyList<FileJob> jobs = planner.Plan(paths, output);
        if (_region is not null && jobs.Any(j => j.Input == StandardStream.Name))
            throw ToolException.Usage("--region seeks in its input, which standard input does not allow.");
        bool showResults = jobs[0].Output != StandardStream.Name && _context.Terminal.IsOutputTerminal;
        return new JobRunner(_context.Terminal).RunAsync(
            jobs,
            job => StandardStream.DescribeInput(job.Input),
            DecodeAsync,
            (job, result) => _context.Terminal.ShowResult(showResults, job.Output, result),
            cancellationToken);
    }

    private async Task<string> DecodeAsync(FileJob job, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        DecodeSummary? summary = null;
        ImageInfo info = await _writer.WriteAsync(
            job,
            async (input, sink) =>
            {
                if (_region is not { } region)
                    return (summary = await _decoder.DecodeAsync(input, sink, progress, cancellationToken)).Info;
                using Raster part = await _decoder.DecodeRegionAsync(input, 0, region, cancellationToken);
                await part.AsSource().CopyToAsync(sink, cancellationToken);
                return part.Info;
            },
            check: null,
            cancellationToken);
        if (summary is { IsWhole: false })
            throw ToolException.InvalidContent(DamageText.Describe(summary));
        if (summary is not null && DamageText.DescribeLost(summary) is { Length: > 0 } lost)
            await _context.Terminal.Error.WriteLineAsync($"tessera: {StandardStream.DescribeInput(job.Input)}: {lost}");
        return SizeText.Pixels(info);
    }
}
