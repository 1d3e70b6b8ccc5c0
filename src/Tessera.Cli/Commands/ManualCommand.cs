using System.CommandLine;
using Tessera.Cli.Help;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera manual</c>: the manual page.</summary>
internal static class ManualCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(ToolContext context)
    {
        var command = new DocumentedCommand("manual", "Print the manual page, in the form that man reads.")
        {
            new Example("tessera manual | man -l -", "Read the manual page."),
        };
        command.SetAction(arguments =>
        {
            new ManPage(context.Terminal.Output).Write((RootCommand)arguments.RootCommandResult.Command);
            return ExitCode.Success;
        });
        return command;
    }
}
