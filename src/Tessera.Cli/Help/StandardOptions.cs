using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Tessera.Cli.Help;

/// <summary>Gives the program's <c>--help</c> and <c>--version</c> what they show.</summary>
internal static class StandardOptions
{
    private const int PlainWidth = 100;
    private const int MaxWidth = 120;
    private const int MinWidth = 60;

    /// <summary>Replaces the options that a root command brings.</summary>
    /// <param name="root">The root command.</param>
    /// <param name="terminal">Where they write.</param>
    public static void Replace(RootCommand root, Terminal terminal)
    {
        // The short forms with a slash would hide files of these names.
        foreach (Option brought in root.Options.Where(o => o is HelpOption or VersionOption).ToArray())
            root.Options.Remove(brought);
        int width = terminal.IsOutputTerminal ? Math.Clamp(terminal.OutputConsole.Profile.Width, MinWidth, MaxWidth) : PlainWidth;
        root.Options.Add(new HelpOption("--help", "-h")
        {
            Description = "Show this help.",
            Action = new Answer(parsed => new HelpText(terminal.Output, width).Write(parsed.CommandResult.Command)),
        });
        root.Options.Add(new VersionOption("--version")
        {
            Description = "Show the version.",
            Action = new Answer(_ => terminal.Output.WriteLine(VersionText.OfProgram())),
        });
    }

    /// <summary>Answers a question, whatever else stands on the command line.</summary>
    private sealed class Answer(Action<ParseResult> write) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            write(parseResult);
            return ExitCode.Success;
        }
    }
}
