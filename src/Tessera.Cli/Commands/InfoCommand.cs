using System.CommandLine;
using System.Text.Json;
using Tessera.Cli.Display;
using Tessera.Cli.Files;
using Tessera.Cli.Help;
using Tessera.Container;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera info</c>: what Tessera files are made of. Nothing is decoded, and no model is needed, unless supplies are to be measured.</summary>
internal static class InfoCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(ToolContext context)
    {
        Argument<string[]> paths = SharedOptions.Paths("Tessera files, folders of them, or - for standard input.");
        Option<bool> json = new("--json") { Description = "Write one line of JSON for each file." };
        Option<bool> recover = new("--recover") { Description = "Show what is whole of a damaged file." };
        Option<bool> supply = new("--supply") { Description = "Decode the segments of bits-back models, to measure how much of their supply was used." };
        Option<string?> engine = SharedOptions.Engine(context);
        Option<string[]> plugins = SharedOptions.Plugins();
        var command = new DocumentedCommand("info", "Show header, models, metadata and sizes of Tessera files.")
        {
            paths,
            new OptionGroup("What to show", json, recover, supply),
            new OptionGroup("Work", engine, plugins),
            new Example("tessera info photo.tsra", "Show what a file is made of."),
            new Example("tessera info --json coded | jq .bitsPerSubpixel", "A line of JSON for each file of a folder."),
        };
        command.SetAction((arguments, cancellationToken) => RunAsync(
            context.Terminal,
            arguments.GetRequiredValue(paths),
            arguments.GetValue(json),
            arguments.GetValue(recover) ? RecoveryMode.SkipDamage : RecoveryMode.None,
            arguments.GetValue(supply) ? context.CreateRegistry(arguments.GetRequiredValue(plugins), arguments.GetValue(engine)) : null,
            cancellationToken));
        return command;
    }

    private static Task<int> RunAsync(
        Terminal terminal, string[] paths, bool json, RecoveryMode recovery, ModelRegistry? models, CancellationToken cancellationToken) =>
        new JobRunner(terminal).RunAsync(
            InputFiles.Expand(paths, [FormatCatalog.TesseraExtension]),
            StandardStream.DescribeInput,
            async (path, _, token) =>
            {
                await using Stream input = InputFiles.Open(path, terminal);
                return await TesseraInspector.InspectAsync(input, null, recovery, models, token);
            },
            (path, report) => Show(terminal, StandardStream.DescribeInput(path), report, json),
            cancellationToken);

    private static void Show(Terminal terminal, string name, FileReport report, bool json)
    {
        if (json)
            terminal.Output.WriteLine(JsonSerializer.Serialize(InfoDocument.Of(name, report), InfoJsonContext.Default.InfoDocument));
        else
            InfoText.Write(terminal.OutputConsole, name, report);
    }
}
