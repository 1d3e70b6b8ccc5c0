using System.CommandLine;
using System.Globalization;

namespace Tessera.Cli.Help;

/// <summary>Writes the manual page of the program in the language of mdoc(7), from the definitions of its commands.</summary>
/// <param name="output">Where to. Lines end as on Unix.</param>
internal sealed class ManPage(TextWriter output)
{
    /// <summary>When what is written here was changed last; the page of a build must not depend on the day it is made.</summary>
    private const string Date = "December 1, 2026";

    private const int LineLength = 76;

    /// <summary>Writes it.</summary>
    public void Write(RootCommand root)
    {
        Line($".Dd {Date}");
        Line(".Dt TESSERA 1");
        Line(".Os");
        Line(".Sh NAME");
        Line(".Nm tessera");
        Line(".Nd lossless image codec");
        Line(".Sh SYNOPSIS");
        foreach (Command command in root.Commands())
            WriteUsage(root, command);
        Line(".Sh DESCRIPTION");
        WriteText($"{root.Description} A file is compressed without any loss: what is decoded has the pixels and the metadata of the original.");
        Line(".Pp");
        WriteText("These options need no command; --help shows what a command is for when it stands after one.");
        WriteOptions(root.Options);
        foreach (Command command in root.Commands())
            WriteCommand(root, command);
        Line(".Sh EXIT STATUS");
        Line(".Bl -tag -width Ds");
        foreach ((int code, string meaning) in ExitCode.Meanings)
        {
            Line($".It {code.ToString(CultureInfo.InvariantCulture)}");
            WriteText(char.ToUpperInvariant(meaning[0]) + meaning[1..] + ".");
        }

        Line(".El");
        Line(".Pp");
        WriteText("Where one of several files fails, the others are done all the same, and the status is the highest of all.");
        WriteExamples(root);
        Line(".Sh SEE ALSO");
        WriteText("docs/cli.md, which comes with the source, describes the program at length.");
    }

    private static string NameIn(RootCommand root, Command command) => command.Path()[(root.Path().Length + 1)..];

    private void WriteUsage(RootCommand root, Command command)
    {
        Line($".Nm tessera Cm {Escaped(NameIn(root, command))}");
        foreach (Argument argument in command.Arguments.Where(a => !a.Hidden))
        {
            string name = $"Ar {Escaped(argument.HelpName ?? argument.Name)}" + (argument.Arity.MaximumNumberOfValues > 1 ? " ..." : "");
            Line(argument.Arity.MinimumNumberOfValues == 0 ? $".Op {name}" : $".{name}");
        }

        foreach (Option option in command.Options.Where(o => o.Required))
            Line($".{Flag(option, option.Name)}");
        if (command.Options.Any(o => !o.Hidden))
            Line(".Op Ar options");
    }

    private void WriteCommand(RootCommand root, Command command)
    {
        Line($".Ss tessera {Escaped(NameIn(root, command))}");
        WriteText(command.Description ?? "");
        Argument[] arguments = [.. command.Arguments.Where(a => !a.Hidden)];
        if (arguments.Length > 0)
        {
            Line(".Bl -tag -width Ds");
            foreach (Argument argument in arguments)
            {
                Line($".It Ar {Escaped(argument.HelpName ?? argument.Name)}");
                WriteText(argument.Description ?? "");
            }

            Line(".El");
        }

        foreach (OptionGroup group in command.OptionGroups())
        {
            // What every command has stands once.
            Option[] own = [.. group.Options.Except(root.Options)];
            if (own.Length == 0)
                continue;
            Line(".Pp");
            Line($".Em {Escaped(group.Title)}");
            WriteOptions(own);
        }
    }

    private void WriteOptions(IEnumerable<Option> options)
    {
        Line(".Bl -tag -width Ds");
        foreach (Option option in options.Where(o => !o.Hidden))
        {
            Line(".It " + string.Join(" , ", option.Names().Select(name => Flag(option, name))));
            WriteText(option.Explanation());
        }

        Line(".El");
    }

    private void WriteExamples(RootCommand root)
    {
        Example[] examples = [.. root.Commands().SelectMany(c => c.Examples())];
        if (examples.Length == 0)
            return;
        Line(".Sh EXAMPLES");
        bool isFirst = true;
        foreach (Example example in examples)
        {
            if (!isFirst)
                Line(".Pp");
            isFirst = false;
            WriteText(example.Meaning);
            Line(".Dl " + Escaped(example.CommandLine));
        }
    }

    private static string Flag(Option option, string name) =>
        $"Fl {Escaped(name[1..])}" + (option.ValueName() is { Length: > 0 } value ? $" Ar {Escaped(value[1..^1])}" : "");

    /// <summary>Sentences begin on lines of their own, and lines are short, as the formatters want it.</summary>
    private void WriteText(string text)
    {
        foreach (string sentence in text.Replace(". ", ".\n", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string line = "";
            foreach (string word in Escaped(sentence).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.Length > 0 && line.Length + 1 + word.Length > LineLength)
                {
                    Line(line);
                    line = "";
                }

                // At the start of a line these would begin a request.
                line = line.Length > 0 ? $"{line} {word}" : word[0] is '.' or '\'' ? "\\&" + word : word;
            }

            Line(line);
        }
    }

    private static string Escaped(string text) => text
        .Replace("\\", "\\e", StringComparison.Ordinal)
        .Replace("-", "\\-", StringComparison.Ordinal)
        .Replace("'", "\\(aq", StringComparison.Ordinal)
        .Replace("\"", "\\(dq", StringComparison.Ordinal);

    private void Line(string line) => output.Write(line + "\n");
}
