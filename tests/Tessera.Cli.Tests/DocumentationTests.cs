using System.CommandLine;
using System.Text.RegularExpressions;
using Tessera.Cli.Help;
using Tessera.Cli.Tests.Support;
using Tessera.Models;

namespace Tessera.Cli.Tests;

/// <summary>docs/cli.md describes the commands, options and exit codes that there are, and no others.</summary>
public sealed partial class DocumentationTests : CliTest
{
    private readonly string _text = File.ReadAllText(Repository.PathOf("docs", "cli.md")).ReplaceLineEndings("\n");

    [Fact]
    public void It_begins_with_all_commands_in_the_order_of_the_help()
    {
        string list = _text.Split("\n\n")[1];
        Assert.Equal(Root().Commands().Select(c => c.Name), ListedCommand().Matches(list).Select(m => m.Groups[1].Value));
    }

    [Fact]
    public void Its_table_has_every_option_of_every_command_and_no_other()
    {
        var documented =
            from row in OptionRow().Matches(_text)
            from command in row.Groups["commands"].Value.Split(',')
            select (Command: command.Split('(')[0].Trim(), Option: row.Groups["option"].Value);
        var defined =
            from command in Root().Commands()
            from option in command.Options
            where !option.Hidden
            select (Command: command.Name, Option: option.Name);
        Assert.Equal(defined.Order(), documented.Order());
    }

    [Fact]
    public void It_names_no_command_and_no_option_that_there_is_not()
    {
        RootCommand root = Root();
        string[] commands = [.. root.Commands().Select(c => c.Name)];
        string[] options = [.. root.Commands().Append(root).SelectMany(c => c.Options).SelectMany(o => o.Names())];
        Assert.Empty(CalledCommand().Matches(_text).Select(m => m.Groups[1].Value).Except(commands));
        Assert.Empty(NamedOption().Matches(_text).Select(m => m.Value).Except(options));
    }

    [Fact]
    public void It_has_every_exit_code_with_its_meaning()
    {
        string table = string.Concat(ExitCode.Meanings.Select(m => $"| {m.Code} | {m.Meaning} |\n"));
        Assert.Contains("|---|---|\n" + table + "\n", _text.Replace("`--force`", "--force", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^    tessera ([a-z]+)\b", RegexOptions.Multiline)]
    private static partial Regex ListedCommand();

    [GeneratedRegex(@"^\| `(?<option>--[a-z-]+)( [^`]*)?` \| (?<commands>[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex OptionRow();

    [GeneratedRegex(@"(?:^    |`|\(|\| )tessera ([a-z]+)\b", RegexOptions.Multiline)]
    private static partial Regex CalledCommand();

    [GeneratedRegex(@"(?<![\w-])--[a-z]+(-[a-z]+)*")]
    private static partial Regex NamedOption();
}
