using System.CommandLine;
using Tessera.Cli.Help;
using Tessera.Cli.Tests.Support;
using Tessera.Models;

namespace Tessera.Cli.Tests;

/// <summary>Help, version and the manual page say what the definitions of the commands say.</summary>
public sealed class HelpTests : CliTest
{
    [Fact]
    public async Task Help_of_a_command_has_its_options_in_groups_and_examples()
    {
        CliResult result = await RunAsync("convert", "--help");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string[] lines = result.Output.Split(Environment.NewLine);
        Assert.Equal(["Usage:", "Arguments:", "Files:", "Coding:", "Work:", "Other:", "Examples:"], lines.Where(l => l.EndsWith(':') && !l.StartsWith(' ')));
        Assert.Contains("  tessera convert <path>... --output <folder> [options]", lines);
        Assert.Contains(lines, l => l.StartsWith("  -j, --jobs <n> ", StringComparison.Ordinal));
        Assert.All(lines.Where(l => !l.StartsWith("  tessera ", StringComparison.Ordinal)), l => Assert.InRange(l.Length, 0, 100));
    }

    [Fact]
    public async Task Help_of_every_command_names_every_option_and_every_command_has_examples()
    {
        foreach (Command command in Root().Commands())
        {
            CliResult help = await RunAsync(command.Name, "-h");
            Assert.Equal((0, ""), (help.ExitCode, help.Error));
            Assert.All(command.Options.Where(o => !o.Hidden), o => Assert.Contains(" " + o.Name, help.Output, StringComparison.Ordinal));
            Assert.NotEmpty(command.Examples());
            Assert.All(command.Examples(), e => Assert.Contains(e.CommandLine, help.Output, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_example_is_a_command_line_that_the_program_understands()
    {
        RootCommand root = Root();
        foreach (Example example in root.Commands().SelectMany(c => c.Examples()))
        {
            // What a shell makes of a line is not the program's.
            string line = example.CommandLine.Split("tessera ", 2)[1].Split([" | ", " > ", ")"], StringSplitOptions.None)[0];
            Assert.Empty(root.Parse(line.Replace('\'', '"')).Errors);
        }
    }

    [Fact]
    public async Task Version_names_the_program_the_commit_and_what_it_runs_on()
    {
        CliResult result = await RunAsync("--version");
        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^tessera [0-9]+\.[0-9]+\.[0-9]+\S* \((commit [0-9a-f]{12}, )?\.NET [^,]+, \S+\)\s*$", result.Output);
        Assert.Equal("tessera 1.2.3-beta (commit 0123456789ab, .NET 10, x)", VersionText.Describe("1.2.3-beta+0123456789abcdef", ".NET 10", "x"));
        Assert.Equal("tessera 1.2.3 (.NET 10, x)", VersionText.Describe("1.2.3", ".NET 10", "x"));
    }

    [Fact]
    public async Task The_manual_page_in_the_repository_is_that_of_the_program()
    {
        string page = File.ReadAllText(Repository.PathOf("docs", "man", "tessera.1")).ReplaceLineEndings("\n");
        Assert.True(page == (await RunAsync("manual")).Output, "It is not: tessera manual > docs/man/tessera.1");
    }
}
