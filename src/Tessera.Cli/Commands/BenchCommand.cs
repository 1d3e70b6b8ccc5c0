using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Tessera.Cli.Benchmarks;
using Tessera.Cli.Benchmarks.Codecs;
using Tessera.Cli.Benchmarks.Pages;
using Tessera.Cli.Benchmarks.Results;
using Tessera.Cli.Display;
using Tessera.Cli.Files;
using Tessera.Cli.Help;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera bench</c>: Tessera against other lossless codecs, on the user's pictures.</summary>
internal sealed class BenchCommand
{
    private const int MaxRepeats = 1000;

    private readonly ToolContext _context;
    private readonly Benchmark _benchmark;
    private readonly string? _json;
    private readonly string? _html;
    private readonly bool _force;

    private BenchCommand(ToolContext context, Benchmark benchmark, string? json, string? html, bool force)
    {
        _context = context;
        _benchmark = benchmark;
        _json = json;
        _html = html;
        _force = force;
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(ToolContext context)
    {
        Argument<string[]> paths = SharedOptions.Paths("PNG and Netpbm files, and folders of them.");
        Option<string[]> codecs = Repeatable(
            "--codec", "name", $"A codec to measure besides Tessera: {string.Join(", ", context.Rivals.Select(r => r.Name))}, or {RivalSelection.None}. "
            + $"The part before '-' means all its efforts. May be given again; the default is all but {string.Join(", ", context.Rivals.Where(r => r.IsOptional).Select(r => r.Name))}.");
        Option<int[]> efforts = new("--effort", "-e")
        {
            Description = $"Tessera's efforts, with commas between them; the default is {string.Join(',', TesseraCodecs.DefaultEfforts)}.",
            HelpName = "n,n",
            CustomParser = ParseEfforts,
            DefaultValueFactory = _ => [.. TesseraCodecs.DefaultEfforts],
        };
        Option<string[]> models = Repeatable(
            "--model", "id", $"A model of Tessera to measure, see tessera models; {TesseraCodecs.AutomaticModel}, the default, leaves the choice to it. May be given again.");
        Option<int> repeats = new("--repeat") { Description = "How often each command runs; the shortest time counts.", HelpName = "n", DefaultValueFactory = _ => 1 };
        repeats.Require(n => n is >= 1 and <= MaxRepeats, $"1 to {MaxRepeats}");
        Option<string?> json = new("--json") { Description = "Write all figures to this file.", HelpName = "file" };
        Option<string?> html = new("--html") { Description = "Write a page with tables, plots and pictures to this file.", HelpName = "file" };
        Option<bool> force = SharedOptions.Force();
        Option<string?> engine = SharedOptions.Engine(context);
        Option<string[]> plugins = SharedOptions.Plugins();
        var command = new DocumentedCommand("bench", "Measure Tessera and other lossless codecs on your pictures.")
        {
            paths,
            new OptionGroup("Codecs", codecs, efforts, models, repeats),
            new OptionGroup("Results", json, html, force),
            new OptionGroup("Running", engine, plugins),
            new Example("tessera bench photos", "Compare with all codecs whose programs are on the PATH."),
            new Example("tessera bench photos --codec jxl --effort 1,5 --html bench.html", "Write a page with plots as well."),
        };
        command.SetAction((arguments, cancellationToken) =>
        {
            string[] folders = arguments.GetRequiredValue(plugins), ids = arguments.GetRequiredValue(models), names = arguments.GetRequiredValue(codecs);
            ModelRegistry registry = context.CreateRegistry(folders, arguments.GetValue(engine));
            foreach (string id in ids.Where(id => id != TesseraCodecs.AutomaticModel))
                registry.FindForEncoding(id);
            ImmutableArray<string> shared =
                [.. folders.SelectMany(f => (string[])["--plugins", f]), .. arguments.GetValue(engine) is { } name ? (string[])["--engine", name] : []];
            ImmutableArray<Codec> rivals = RivalSelection.Pick(context.Rivals, names);
            var options = new BenchOptions(
                [.. TesseraCodecs.Create(ids.DefaultIfEmpty(TesseraCodecs.AutomaticModel), arguments.GetRequiredValue(efforts), shared)],
                rivals,
                names.Length == 0 ? [.. context.Rivals.Except(rivals)] : [],
                arguments.GetValue(repeats));
            var run = new BenchCommand(
                context, new(context, options, registry), arguments.GetValue(json), arguments.GetValue(html), arguments.GetValue(force));
            return run.RunAsync(arguments.GetRequiredValue(paths), cancellationToken);
        });
        return command;
    }

    private static Option<string[]> Repeatable(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => [] };

    private static int[] ParseEfforts(ArgumentResult result)
    {
        var efforts = new List<int>();
        foreach (string word in result.Tokens.SelectMany(t => t.Value.Split(',')))
        {
            if (int.TryParse(word, CultureInfo.InvariantCulture, out int effort) && effort is >= TesseraEncoderOptions.MinEffort and <= TesseraEncoderOptions.MaxEffort)
                efforts.Add(effort);
            else
                result.AddError($"--effort {word}: An effort is {TesseraEncoderOptions.MinEffort} to {TesseraEncoderOptions.MaxEffort}.");
        }

        return [.. efforts];
    }

    private async Task<int> RunAsync(string[] paths, CancellationToken cancellationToken)
    {
        IReadOnlyList<BenchInput> inputs = FindInputs(paths);
        foreach (string? path in (string?[])[_json, _html])
        {
            // Found out now rather than when all is measured.
            if (path is not null && File.Exists(path) && !_force)
                throw OutputFile.AlreadyExists(path);
        }

        BenchResult result = await new ProgressDisplay(_context.Terminal).ShowAsync(
            $"{inputs.Count} picture(s)", progress => _benchmark.RunAsync(inputs, progress, cancellationToken));
        int exitCode = ExitCode.Success;
        foreach ((string path, Failure failure) in result.Unreadable)
        {
            await _context.Terminal.Error.WriteLineAsync(failure.ToLine(path));
            exitCode = Math.Max(exitCode, failure.ExitCode);
        }

        if (result.Report.Pictures.IsEmpty)
            return exitCode;
        TotalsTable.Write(_context.Terminal.OutputConsole, result.Report);
        await WriteAsync(_json, stream => JsonSerializer.SerializeAsync(stream, result.Report, BenchJsonContext.Default.BenchReport, cancellationToken), cancellationToken);
        await WriteAsync(_html, stream => BenchPage.WriteAsync(stream, result, _context.Formats, cancellationToken), cancellationToken);

        // A rival that fails is a result; Tessera that fails is an error.
        return result.Report.Measured.Where(c => c.IsTessera).All(c => result.Report.TotalsOf(c) is { Lossy: 0, Failed: 0 })
            ? exitCode
            : Math.Max(exitCode, ExitCode.InvalidContent);
    }

    private IReadOnlyList<BenchInput> FindInputs(string[] paths) =>
    [
        .. paths.SelectMany(path => path == StandardStream.Name
            ? throw ToolException.Usage("bench reads its pictures several times, which standard input does not allow.")
            : Directory.Exists(path)
                ? InputFiles.InFolder(path, _context.Formats.Extensions).Select(file => new BenchInput(file, Path.GetRelativePath(path, file).Replace('\\', '/')))
                : [new BenchInput(path, Path.GetFileName(path))]),
    ];

    private async Task WriteAsync(string? path, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        if (path is null)
            return;
        await using OutputFile output = OutputFile.Create(path, _force, _context.Terminal);
        await write(output.Stream);
        await output.CommitAsync(cancellationToken);
    }
}
