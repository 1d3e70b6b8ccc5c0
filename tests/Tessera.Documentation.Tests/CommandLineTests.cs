using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Tessera.Cli;
using Tessera.Cli.Files;
using Tessera.Documentation.Tests.Support;
using Tessera.Exact;

namespace Tessera.Documentation.Tests;

/// <summary>Every command line of <c>tessera</c> in a document is one that the program takes.</summary>
public sealed partial class CommandLineTests
{
    private static readonly RootCommand Root = new TesseraTool(new(
        new Terminal(() => Stream.Null, () => Stream.Null, TextWriter.Null, TextWriter.Null, false, false),
        new FormatCatalog([new Netpbm.NetpbmFormat(), new Png.PngFormat()]), _ => { }, new EngineSelector())).Root;

    public static TheoryData<string, string> Lines
    {
        get
        {
            var lines = new TheoryData<string, string>();
            foreach (string name in Document.AllNames())
            {
                foreach (string line in Document.Read(name).CodeBlocks().Where(b => b.IsShell && !IsSynopsis(b)).SelectMany(b => b.Commands).SelectMany(In).Distinct())
                    lines.Add(name, line);
            }

            return lines;
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void The_program_takes_it(string document, string arguments) =>
        Assert.True(Errors(arguments) is [], $"{document}: tessera {arguments}\n{string.Join('\n', Errors(arguments))}");

    [Fact]
    public void A_command_line_with_an_option_that_there_is_not_is_found() => Assert.NotEmpty(Errors(Assert.Single(In("tessera encode --best a.png"))));

    [Theory]
    [InlineData("tessera models", "models")]
    [InlineData("source <(tessera completion bash)      # in ~/.bashrc", "completion bash")]
    [InlineData("tessera encode --shard $PART/64 images", "encode --shard 1/64 images")]
    [InlineData("tessera manual | man -l -", "manual")]
    [InlineData("dotnet run -c Release --project src/Tessera.Cli -- encode a.png b.tsra --force", "encode a.png b.tsra --force")]
    [InlineData("src/Tessera.Cli/bin/Release/net10.0/tessera info a.tsra > a.txt", "info a.tsra")]
    public void It_is_found_in_a_line_of_the_shell(string line, string arguments) => Assert.Equal([arguments], In(line));

    private static string[] Errors(string arguments)
    {
        ParseResult parsed = Root.Parse([.. CommandLineParser.SplitCommandLine(arguments)], new ParserConfiguration { ResponseFileTokenReplacer = null });

        // The parser takes an option that there is not for the name of a file.
        var options = parsed.CommandResult.Tokens.Select(t => t.Value).Where(v => v.StartsWith('-') && v != "-").Select(v => $"There is no option {v}.");
        return [.. parsed.Errors.Select(e => e.Message), .. options];
    }

    /// <summary>The arguments of calls; what the shell puts in for a variable is a number in all documents.</summary>
    private static IEnumerable<string> In(string line) => Call().Matches(line).Select(m => Variable().Replace(m.Groups[1].Value.Trim(), "1"));

    /// <summary>The list of commands in docs/cli.md, and in helps: what they do stands after them. The tests of the program compare it.</summary>
    private static bool IsSynopsis(CodeBlock block) =>
        block.Lines.All(l => l.StartsWith("tessera ", StringComparison.Ordinal)) && block.Lines.Any(l => l.Contains("[OUTPUT]", StringComparison.Ordinal));

    // Up to a redirection, a pipe, the next command or a comment. A word in capitals or an option of another program may follow the program's path.
    [GeneratedRegex(@"(?:(?<=^|[\s(/])tessera|src/Tessera\.Cli --) ((?:[a-z]|--version|--help)[^|><;&)#]*)")]
    private static partial Regex Call();

    [GeneratedRegex(@"\$\w+")]
    private static partial Regex Variable();
}
