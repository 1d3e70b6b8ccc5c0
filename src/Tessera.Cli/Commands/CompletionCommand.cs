using System.CommandLine;
using Tessera.Cli.Completion;
using Tessera.Cli.Help;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera completion</c>: scripts with which shells complete command lines.</summary>
internal static class CompletionCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(ToolContext context)
    {
        Argument<string> shell = new("shell") { Description = $"The shell: {string.Join(", ", CompletionScript.Shells)}." };
        shell.AcceptOnlyFromAmong([.. CompletionScript.Shells]);
        var command = new DocumentedCommand("completion", "Print a script with which a shell completes commands, options and model ids.")
        {
            shell,
            new Example("source <(tessera completion bash)", "Complete in this bash; in ~/.bashrc, in every one."),
            new Example("tessera completion zsh > ~/.zfunc/_tessera", "Complete in zsh, if ~/.zfunc is in fpath before compinit is called."),
            new Example("tessera completion fish > ~/.config/fish/completions/tessera.fish", "Complete in fish."),
            new Example("tessera completion pwsh | Out-String | Invoke-Expression", "Complete in this PowerShell; in $PROFILE, in every one."),
        };
        command.SetAction(arguments =>
        {
            context.Terminal.Output.Write(CompletionScript.Read(arguments.GetRequiredValue(shell)));
            return ExitCode.Success;
        });
        return command;
    }
}
