using System.CommandLine;
using Tessera.Cli.Help;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera models</c>: which models are installed.</summary>
internal static class ModelsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(ToolContext context)
    {
        Option<string[]> plugins = SharedOptions.Plugins();
        var command = new DocumentedCommand("models", "List the models that are installed: id, version and weights.")
        {
            plugins,
            new Example("tessera models", "List them."),
        };
        command.SetAction(async (arguments, _) =>
        {
            ModelRegistry registry = context.CreateRegistry(arguments.GetRequiredValue(plugins));
            foreach (ModelIdentity model in registry.Models.Select(m => m.Identity))
            {
                string weights = model.WeightsHash.IsDefaultOrEmpty ? "no weights" : $"weights {Convert.ToHexStringLower(model.WeightsHash.AsSpan())}";
                await context.Terminal.Output.WriteLineAsync($"{model.Id}\tversion {model.Version}\t{weights}");
            }

            return ExitCode.Success;
        });
        return command;
    }
}
