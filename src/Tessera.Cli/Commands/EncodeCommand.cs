using System.CommandLine;
using Tessera.Cli.Display;
using Tessera.Cli.Files;
using Tessera.Cli.Help;
using Tessera.Cli.Manifests;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera encode</c>: images into Tessera files.</summary>
internal sealed class EncodeCommand
{
    private readonly ToolContext _context;
    private readonly FileEncoder _encoder;
    private readonly JobPlanner _planner;
    private readonly bool _force;

    private EncodeCommand(ToolContext context, FileEncoder encoder, bool force)
    {
        _context = context;
        _encoder = encoder;
        _planner = new(context.Formats.Extensions, [FormatCatalog.TesseraExtension], FormatCatalog.TesseraExtension);
        _force = force;
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(ToolContext context)
    {
        Argument<string[]> paths = SharedOptions.Paths(
            "An image, a folder of images, or - for standard input. A second path is the output; for more inputs use --output.");
        Option<string?> output = SharedOptions.Output("The file or folder to write, or - for standard output. By default, beside the input.");
        var encoding = new EncodingOptions(context);
        Option<string?> manifest = ManifestOptions.Manifest(
            "Keep a list of all files with their checksums here, and go on where an earlier run with it was cut off. All paths are inputs then.");
        Option<Shard?> shard = ManifestOptions.Shard();
        Option<bool> force = SharedOptions.Force();
        var command = new DocumentedCommand("encode", "Encode images into Tessera files.")
        {
            paths,
            new OptionGroup("Files", output, force, manifest, shard),
            new OptionGroup("Coding", encoding.Models, encoding.Effort, encoding.Tile, encoding.Verify),
            new OptionGroup("Work", encoding.Threads, encoding.Engine, encoding.Plugins),
            new Example("tessera encode photo.png", "Write photo.tsra beside photo.png."),
            new Example("tessera encode --effort 9 --verify photo.png small.tsra", "Make it as small as can be, and compare all pixels."),
            new Example("tessera encode --manifest work.jsonl images --output coded", "Encode a folder, with a list of checksums; killed and started again, it goes on."),
            new Example("dwebp photo.webp -o - | tessera encode - photo.tsra", "Encode what another program writes."),
        };
        command.SetAction((arguments, cancellationToken) =>
        {
            TesseraEncoderOptions options = encoding.Read(arguments);
            var run = new EncodeCommand(context, encoding.CreateEncoder(arguments, options), arguments.GetValue(force));
            string[] inputs = arguments.GetRequiredValue(paths);
            if (arguments.GetValue(manifest) is not { } list)
            {
                return arguments.GetValue(shard) is null
                    ? run.RunAsync(inputs, arguments.GetValue(output), cancellationToken)
                    : throw ToolException.Usage("--shard needs a --manifest.");
            }

            Shard? part = arguments.GetValue(shard);
            var head = new ManifestHead(ManifestHead.CurrentVersion, options.ModelIds, options.Effort) { Tile = options.TileSize, Shard = part?.ToString() };
            return run.RunAsync(inputs, arguments.GetValue(output), list, head, part, cancellationToken);
        });
        return command;
    }

    private async Task<int> RunAsync(string[] paths, string? output, CancellationToken cancellationToken)
    {
        IReadOnlyList<FileJob> jobs = _planner.Plan(paths, output);
        if (_encoder.Verifies && jobs.Any(UsesStandardStreams))
            throw ToolException.Usage("--verify reads input and output again, which standard input and output do not allow.");

        bool showResults = jobs[0].Output != StandardStream.Name && (_context.Terminal.IsOutputTerminal || _encoder.Verifies);
        return await new JobRunner(_context.Terminal).RunAsync(
            jobs,
            job => StandardStream.DescribeInput(job.Input),
            (job, progress, token) => _encoder.EncodeAsync(job, _force, progress, token),
            (job, file) => _context.Terminal.ShowResult(showResults, job.Output, EncodeText.Describe(file, _encoder.Verifies)),
            cancellationToken);
    }

    private Task<int> RunAsync(string[] paths, string? output, string manifest, ManifestHead head, Shard? shard, CancellationToken cancellationToken)
    {
        IReadOnlyList<FileJob> jobs = _planner.PlanInputs(paths, output);
        if (jobs.Any(UsesStandardStreams))
            throw ToolException.Usage("--manifest lists files, which standard input and output are not.");
        if (shard is { } part)
            (manifest, jobs) = (ManifestFolder.OfShard(manifest, part), [.. jobs.Where(job => part.Holds(job.Name))]);
        return ManifestEncoding.RunAsync(_context, _encoder, manifest, head, jobs, _force, cancellationToken);
    }

    private static bool UsesStandardStreams(FileJob job) => job.Input == StandardStream.Name || job.Output == StandardStream.Name;
}
