using System.CommandLine;
using System.Globalization;

namespace Tessera.Cli.Help;

/// <summary>What help and the manual page say of commands, taken from their definitions.</summary>
internal static class CommandFacts
{
    /// <summary>The commands that are shown, in the order in which they were added, each before its own.</summary>
    public static IEnumerable<Command> Commands(this Command command) =>
        command.Subcommands.Where(c => !c.Hidden).SelectMany(c => c.Commands().Prepend(c));

    /// <summary>The words that call a command, such as <c>tessera encode</c>.</summary>
    public static string Path(this Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent
        ? $"{parent.Path()} {command.Name}"
        : command is RootCommand { HelpName: { } name } ? name : command.Name;

    /// <summary>How to call a command: its path, its arguments, and the options that it needs.</summary>
    public static string Usage(this Command command)
    {
        List<string> parts = [command.Path()];
        if (command.Commands().Any())
            parts.Add("<command>");
        parts.AddRange(command.Arguments.Where(a => !a.Hidden).Select(Usage));
        parts.AddRange(command.Options.Where(o => o.Required).Select(o => $"{o.Name} {o.ValueName()}"));
        parts.Add("[options]");
        return string.Join(' ', parts);
    }

    /// <summary>The options of a command in groups, those of its parents at the end.</summary>
    public static IEnumerable<OptionGroup> OptionGroups(this Command command)
    {
        IReadOnlyList<OptionGroup> groups = command is DocumentedCommand { Groups: var declared } ? declared : [];
        foreach (OptionGroup group in groups)
            yield return group;
        IEnumerable<Option> inherited = command.Parents.OfType<Command>().SelectMany(p => p.Options).Where(o => o.Recursive);
        yield return new(groups.Count == 0 ? "Options" : "Other", [.. command.Options.Concat(inherited).Where(o => !o.Hidden).Except(groups.SelectMany(g => g.Options))]);
    }

    /// <summary>The examples of a command.</summary>
    public static IReadOnlyList<Example> Examples(this Command command) => command is DocumentedCommand { Examples: var examples } ? examples : [];

    /// <summary>The names of an option, the short ones first.</summary>
    public static IReadOnlyList<string> Names(this Option option) => [.. option.Aliases.Append(option.Name).OrderBy(n => n.Length)];

    /// <summary>What stands for an option's value, such as <c>&lt;n&gt;</c>; empty for an option that has none.</summary>
    public static string ValueName(this Option option) =>
        option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) ? "" : $"<{option.HelpName ?? option.Name.TrimStart('-')}>";

    /// <summary>What an option is for, and the value that it has by default where that is one to show.</summary>
    public static string Explanation(this Option option)
    {
        string? standard = option.HasDefaultValue
            ? option.GetDefaultValue() switch { int number => number.ToString(CultureInfo.InvariantCulture), string text => text, _ => null }
            : null;
        return string.IsNullOrEmpty(standard) ? option.Description ?? "" : $"{option.Description} The default is {standard}.";
    }

    /// <summary>How an argument is written in a usage line.</summary>
    public static string Usage(this Argument argument)
    {
        string name = $"<{argument.HelpName ?? argument.Name}>" + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : "");
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }
}
