using System.CommandLine;
using Tessera.Cli.Converting;
using Tessera.Cli.Files;
using Tessera.Cli.Help;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera convert</c>: whole folders, from images to Tessera files and back.</summary>
internal sealed class ConvertCommand
{
    private const int MaxJobs = 256;

    private readonly ToolContext _context;
    private readonly EncodingOptions _encoding;
    private readonly Argument<string[]> _paths = SharedOptions.Paths("Images, Tessera files, or folders of them, which are searched with all folders in them.");
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The folder to write to. Folders that are named as inputs are mirrored in it.", HelpName = "folder", Required = true,
    };

    private readonly Option<string> _to;
    private readonly Option<int> _jobs = new("--jobs", "-j")
    {
        Description = "Files at once. Each has its share of the threads; the results do not depend on it.", HelpName = "n", DefaultValueFactory = _ => 1,
    };

    private readonly Option<bool> _resume = new("--resume") { Description = "Pass over files whose output is there and not older than they are." };
    private readonly Option<bool> _force = SharedOptions.Force();
    private readonly Option<bool> _dryRun = new("--dry-run", "-n") { Description = "List what would be done, and write nothing." };
    private readonly Option<string[]> _include = Patterns("--include", "Of folders, take only files whose names match this pattern, such as '*.png' or 'holidays/**'. May be given again.");
    private readonly Option<string[]> _exclude = Patterns("--exclude", "Of folders, leave out files whose names match this pattern. May be given again.");
    private readonly Option<bool> _json = new("--json") { Description = "Write a line of JSON for each file, and one for all at the end." };

    private ConvertCommand(ToolContext context)
    {
        _context = context;
        _encoding = new(context);
        string[] formats = [Tessera, .. context.Formats.Extensions.Select(e => e[1..])];
        _to = new("--to")
        {
            Description = $"What to make: {string.Join(", ", formats)}.",
            HelpName = "format",
            DefaultValueFactory = _ => Tessera,
        };
        _to.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, formats);
        _jobs.Require(n => n is >= 1 and <= MaxJobs, $"1 to {MaxJobs}");
    }

    private static string Tessera => FormatCatalog.TesseraExtension[1..];

    /// <summary>Makes the command.</summary>
    public static Command Create(ToolContext context)
    {
        var convert = new ConvertCommand(context);
        EncodingOptions encoding = convert._encoding;
        var command = new DocumentedCommand("convert", "Convert whole folders into Tessera files, or back into images.")
        {
            convert._paths,
            new OptionGroup("Files", convert._output, convert._to, convert._include, convert._exclude, convert._force, convert._resume, convert._dryRun),
            new OptionGroup("Coding", encoding.Models, encoding.Effort, encoding.Tile, encoding.Verify),
            new OptionGroup("Work", convert._jobs, encoding.Threads, encoding.Engine, encoding.Plugins, convert._json),
            new Example("tessera convert photos --output coded", "Encode all images in photos, and mirror its folders in coded."),
            new Example("tessera convert photos --output coded --jobs 4 --verify --resume", "Four files at once, each compared; what is done is passed over."),
            new Example("tessera convert coded --to png --output back", "Make PNG files of all Tessera files in coded."),
            new Example("tessera convert photos -o coded --include '*.png' --exclude 'drafts/**' --dry-run", "See which files that would be."),
        };
        command.SetAction(convert.RunAsync);
        return command;
    }

    private static Option<string[]> Patterns(string name, string description) => new(name)
    {
        Description = description, HelpName = "glob", DefaultValueFactory = _ => [],
    };

    private Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string extension = "." + arguments.GetRequiredValue(_to).ToLowerInvariant();
        IReadOnlyList<FileJob> jobs = Plan(arguments, extension);
        bool json = arguments.GetValue(_json), dryRun = arguments.GetValue(_dryRun);
        var mode = new ConversionMode(arguments.GetValue(_jobs), arguments.GetValue(_resume), arguments.GetValue(_force), dryRun)
        {
            // Lines of results and a bar would run into each other on the same terminal.
            ShowsProgress = !(_context.Terminal.IsOutputTerminal && (json || dryRun)),
        };
        IConversionReport report = json ? new JsonReport(_context.Terminal) : new TextReport(_context.Terminal);
        return new ConversionRun(_context.Terminal, CreateConverter(arguments, extension), mode, report).RunAsync(jobs, cancellationToken);
    }

    private IReadOnlyList<FileJob> Plan(ParseResult arguments, string extension)
    {
        string[] paths = arguments.GetRequiredValue(_paths);
        string output = arguments.GetRequiredValue(_output);
        if (output == StandardStream.Name || paths.Contains(StandardStream.Name))
            throw ToolException.Usage("convert works on files and folders; encode and decode read standard input and write standard output.");
        if (File.Exists(output))
            throw ToolException.Usage($"{output}: The output must be a folder.");
        string[] inputs = extension == FormatCatalog.TesseraExtension
            ? [.. _context.Formats.Extensions]
            : [FormatCatalog.TesseraExtension, .. _context.Formats.Extensions.Where(e => e != extension)];
        var filter = new NameFilter(arguments.GetRequiredValue(_include), arguments.GetRequiredValue(_exclude));
        IReadOnlyList<FileJob> jobs = new JobPlanner(inputs, [extension], extension, filter.Accepts)
            .PlanInputs(paths, Path.TrimEndingDirectorySeparator(output) + Path.DirectorySeparatorChar);
        if (jobs.Count == 0)
            throw ToolException.InputOutput("--include and --exclude leave no file.");
        return jobs.FirstOrDefault(job => Path.GetFullPath(job.Input) == Path.GetFullPath(job.Output)) is { } same
            ? throw ToolException.Usage($"{same.Input}: This file would be converted into itself; name another output.")
            : jobs;
    }

    private IFileConverter CreateConverter(ParseResult arguments, string extension)
    {
        int threads = arguments.GetValue(_encoding.Threads) is > 0 and int count ? count : Environment.ProcessorCount;
        TesseraEncoderOptions options = _encoding.Read(arguments) with { MaxDegreeOfParallelism = Math.Max(1, threads / arguments.GetValue(_jobs)) };
        bool overwrite = arguments.GetValue(_force);
        if (extension == FormatCatalog.TesseraExtension)
            return new ToTessera(_encoding.CreateEncoder(arguments, options, keepsTime: true), overwrite);
        foreach (Option option in (Option[])[_encoding.Models, _encoding.Effort, _encoding.Tile])
        {
            if (arguments.GetResult(option) is { Implicit: false })
                throw ToolException.Usage($"{option.Name} is for Tessera files; --to {extension[1..]} makes none.");
        }

        var decoder = new TesseraDecoder(new() { Registry = options.Registry, MaxDegreeOfParallelism = options.MaxDegreeOfParallelism });
        return new ToImage(_context, decoder, new(_context, extension, overwrite) { KeepsTime = true }, arguments.GetValue(_encoding.Verify));
    }
}
