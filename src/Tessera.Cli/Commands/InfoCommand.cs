using System.CommandLine;
using System.Text.Json;
using Tessera.Cli.Display;
using Tessera.Cli.Files;
using Tessera.Cli.Help;
using Tessera.Cli.Maps;
using Tessera.Container;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera info</c>: what Tessera files are made of. Nothing is decoded, and no model is needed, unless supplies are to be measured or a map is to be made.</summary>
internal sealed class InfoCommand
{
    private readonly Terminal _terminal;
    private readonly bool _json;
    private readonly RecoveryMode _recovery;
    private readonly ModelRegistry? _supplyModels;
    private readonly MapWriter? _map;

    private InfoCommand(Terminal terminal, bool json, RecoveryMode recovery, ModelRegistry? supplyModels, MapWriter? map)
    {
        _terminal = terminal;
        _json = json;
        _recovery = recovery;
        _supplyModels = supplyModels;
        _map = map;
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(ToolContext context)
    {
        Argument<string[]> paths = SharedOptions.Paths("Tessera files, folders of them, or - for standard input.");
        Option<bool> json = new("--json") { Description = "Write one line of JSON for each file." };
        Option<bool> recover = new("--recover") { Description = "Show what is whole of a damaged file." };
        Option<bool> supply = new("--supply") { Description = "Decode the segments of bits-back models, to measure how much of their supply was used." };
        Option<string?> engine = SharedOptions.Engine(context);
        Option<string[]> plugins = SharedOptions.Plugins();
        var map = new MapOption();
        var command = new DocumentedCommand("info", "Show header, models, metadata and sizes of Tessera files.")
        {
            paths,
            new OptionGroup("What to show", json, recover, supply),
            map.Group,
            new OptionGroup("Work", engine, plugins),
            new Example("tessera info photo.tsra", "Show what a file is made of."),
            new Example("tessera info --json coded | jq .bitsPerSubpixel", "A line of JSON for each file of a folder."),
            new Example("tessera info photo.tsra --map map.png", "Draw where the bits go."),
        };
        command.SetAction((arguments, cancellationToken) =>
        {
            IReadOnlyList<string> files = InputFiles.Expand(arguments.GetRequiredValue(paths), [FormatCatalog.TesseraExtension]);
            MapOptions? mapped = map.Read(arguments, files, context.Formats);
            bool withSupply = arguments.GetValue(supply);
            RecoveryMode recovery = arguments.GetValue(recover) ? RecoveryMode.SkipDamage : RecoveryMode.None;

            // What decodes nothing needs no model, and no engine is started for it.
            ModelRegistry? registry = withSupply || mapped is not null
                ? context.CreateRegistry(arguments.GetRequiredValue(plugins), arguments.GetValue(engine))
                : null;
            MapWriter? writer = mapped is null ? null : new(context, new() { Registry = registry!, Recovery = recovery }, mapped);
            return new InfoCommand(context.Terminal, arguments.GetValue(json), recovery, withSupply ? registry : null, writer).RunAsync(files, cancellationToken);
        });
        return command;
    }

    private Task<int> RunAsync(IReadOnlyList<string> files, CancellationToken cancellationToken) =>
        new JobRunner(_terminal).RunAsync(files, StandardStream.DescribeInput, InspectAsync, (path, report) => Show(StandardStream.DescribeInput(path), report), cancellationToken);

    private async Task<FileReport> InspectAsync(string path, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        FileReport report;
        await using (Stream input = InputFiles.Open(path, _terminal))
            report = await TesseraInspector.InspectAsync(input, null, _recovery, _supplyModels, cancellationToken);
        if (_map is not null)
            await _map.WriteAsync(path, report, progress, cancellationToken);
        return report;
    }

    private void Show(string name, FileReport report)
    {
        if (_json)
            _terminal.Output.WriteLine(JsonSerializer.Serialize(InfoDocument.Of(name, report), InfoJsonContext.Default.InfoDocument));
        else
            InfoText.Write(_terminal.OutputConsole, name, report);
    }
}
