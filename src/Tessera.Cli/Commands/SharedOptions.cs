using System.CommandLine;
using System.Globalization;
using Tessera.Cli.Files;

namespace Tessera.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class SharedOptions
{
    public static Argument<string[]> Paths(string description)
    {
        var paths = new Argument<string[]>("path") { Description = description, Arity = ArgumentArity.OneOrMore };

        // The parser takes an option that there is not for a path.
        paths.Validators.Add(result =>
        {
            foreach (string path in result.Tokens.Select(t => t.Value).Where(path => path.StartsWith('-') && path != StandardStream.Name && !Path.Exists(path)))
                result.AddError($"{path}: There is no such option, and no such file.");
        });
        return paths;
    }

    public static Option<string?> Output(string description) => new("--output", "-o") { Description = description, HelpName = "path" };

    public static Option<bool> Force() => new("--force", "-f") { Description = "Replace files that exist." };

    public static Option<int> Threads()
    {
        var option = new Option<int>("--threads", "-t") { Description = "Threads to work on; 0 is one for each processor.", HelpName = "n" };
        option.Require(n => n is >= 0 and <= 1024, "0 to 1024");
        return option;
    }

    public static Option<string?> Engine(ToolContext context)
    {
        var option = new Option<string?>("--engine")
        {
            Description = $"What runs the models' networks: {string.Join(", ", context.Engines.Names)}. A device may follow, as in cuda:1. The result does not depend on it.",
            HelpName = "name",
        };
        option.CompletionSources.Add([.. context.Engines.Names]);
        return option;
    }

    public static Option<string[]> Plugins() => new("--plugins")
    {
        Description = "A folder of model plugins, which are run as part of this program: name only folders that you trust. May be given again.",
        HelpName = "folder",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Refuses numbers out of range while the command line is parsed.</summary>
    /// <param name="option">The option.</param>
    /// <param name="isValid">Whether a value is in range.</param>
    /// <param name="range">The range for the message.</param>
    public static void Require(this Option<int> option, Func<int, bool> isValid, string range) => option.Validators.Add(result =>
    {
        // What is no number at all is refused afterwards, when it is converted.
        if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out int value) && !isValid(value))
            result.AddError($"{option.Name} is {range}.");
    });
}
