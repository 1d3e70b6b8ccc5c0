using System.CommandLine;
using Tessera.Cli.Display;
using Tessera.Cli.Files;
using Tessera.Cli.Help;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera repair</c>: valid files of what can be saved of damaged ones.</summary>
internal sealed class RepairCommand
{
    private const string OutputExtension = ".repaired" + FormatCatalog.TesseraExtension;

    private readonly ToolContext _context;
    private readonly TesseraDecoderOptions _options;
    private readonly bool _force;

    private RepairCommand(ToolContext context, TesseraDecoderOptions options, bool force)
    {
        _context = context;
        _options = options;
        _force = force;
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(ToolContext context)
    {
        Argument<string[]> paths = SharedOptions.Paths("A Tessera file, or a folder of them. A second path is the output; for more inputs use --output.");
        Option<string?> output = SharedOptions.Output($"The file or folder to write. By default, beside the input, with the extension {OutputExtension}.");
        Option<int> threads = SharedOptions.Threads();
        Option<bool> force = SharedOptions.Force();
        Option<string[]> plugins = SharedOptions.Plugins();
        var command = new DocumentedCommand("repair", "Write valid files of what can be saved of damaged ones; what is lost becomes black, and the files say what that is.")
        {
            paths,
            new OptionGroup("Files", output, force),
            new OptionGroup("Work", threads, plugins),
            new Example("tessera repair photo.tsra", "Write photo.repaired.tsra."),
        };
        command.SetAction((arguments, cancellationToken) =>
        {
            var options = new TesseraDecoderOptions
            {
                Registry = context.CreateRegistry(arguments.GetRequiredValue(plugins)),
                MaxDegreeOfParallelism = arguments.GetValue(threads),
            };
            return new RepairCommand(context, options, arguments.GetValue(force)).RunAsync(arguments.GetRequiredValue(paths), arguments.GetValue(output), cancellationToken);
        });
        return command;
    }

    private Task<int> RunAsync(string[] paths, string? output, CancellationToken cancellationToken)
    {
        var planner = new JobPlanner([FormatCatalog.TesseraExtension], [FormatCatalog.TesseraExtension], OutputExtension);
        IReadOnlyList<FileJob> jobs = planner.Plan(paths, output);
        foreach (FileJob job in jobs)
        {
            if (job.Input == StandardStream.Name || job.Output == StandardStream.Name)
                throw ToolException.Usage("A file is read twice to be repaired, and the repaired file is read back: name files, not standard input or output.");
            if (Path.GetFullPath(job.Input) == Path.GetFullPath(job.Output))
                throw ToolException.Usage($"{job.Input}: A damaged file is not replaced by what was saved of it; name another output.");
        }

        return new JobRunner(_context.Terminal).RunAsync(
            jobs,
            job => job.Input,
            RepairAsync,
            (job, result) => _context.Terminal.ShowResult(_context.Terminal.IsOutputTerminal, job.Output, result),
            cancellationToken);
    }

    private async Task<string> RepairAsync(FileJob job, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        await using Stream input = InputFiles.Open(job.Input, _context.Terminal);
        await using OutputFile output = OutputFile.Create(job.Output, _force, _context.Terminal);
        RepairSummary summary = await new TesseraRepairer(_options).RepairAsync(input, output.Stream, progress, cancellationToken);

        // What is to be kept in place of the damaged file must be read by any decoder before it gets its name.
        output.Stream.Position = 0;
        await new TesseraDecoder(_options).VerifyAsync(output.Stream, null, cancellationToken);
        await output.CommitAsync(cancellationToken);
        if (!summary.Found.IsWhole)
            throw ToolException.InvalidContent($"What could be saved is in {job.Output}. {DamageText.Describe(summary.Found)}");
        return $"whole as it was; {SizeText.Pixels(summary.Found.Info)}";
    }
}
