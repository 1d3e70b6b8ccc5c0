using System.CommandLine;

namespace Tessera.Cli.Help;

/// <summary>Writes the help of a command as plain text.</summary>
/// <param name="output">Where to.</param>
/// <param name="width">Columns of a line.</param>
internal sealed class HelpText(TextWriter output, int width)
{
    private const int Indent = 2;
    private const int MaxLabelWidth = 26;

    /// <summary>Writes it.</summary>
    public void Write(Command command)
    {
        WriteWrapped(command.Description ?? "", 0);
        Section("Usage");
        WriteWrapped(command.Usage(), Indent);
        WriteTable("Commands", [.. command.Commands().Select(c => (c.Name, c.Description ?? ""))]);
        WriteTable("Arguments", [.. command.Arguments.Where(a => !a.Hidden).Select(a => ($"<{a.HelpName ?? a.Name}>", a.Description ?? ""))]);
        foreach (OptionGroup group in command.OptionGroups())
            WriteTable(group.Title, [.. group.Options.Select(o => (Label(o), o.Explanation()))]);
        WriteExamples(command.Examples());
        if (command is RootCommand)
        {
            output.WriteLine();
            WriteWrapped($"{command.Path()} COMMAND --help describes a command. {command.Path()} manual prints the manual page, for man -l -; docs/cli.md has more.", 0);
        }
    }

    private static string Label(Option option) => string.Join(", ", option.Names()) + (option.ValueName() is { Length: > 0 } value ? " " + value : "");

    private void WriteTable(string title, IReadOnlyList<(string Label, string Text)> rows)
    {
        if (rows.Count == 0)
            return;
        Section(title);
        int labels = rows.Where(r => r.Label.Length <= MaxLabelWidth).Select(r => r.Label.Length).DefaultIfEmpty(MaxLabelWidth).Max();
        foreach ((string label, string text) in rows)
        {
            output.Write(new string(' ', Indent) + label.PadRight(labels + Indent));
            if (label.Length > labels)
                output.Write(Environment.NewLine + new string(' ', labels + (2 * Indent)));
            WriteWrapped(text, labels + (2 * Indent), isBegun: true);
        }
    }

    private void WriteExamples(IReadOnlyList<Example> examples)
    {
        if (examples.Count > 0)
            Section("Examples");
        foreach (Example example in examples)
        {
            // A command line is not broken, so that it can be copied.
            output.WriteLine(new string(' ', Indent) + example.CommandLine);
            WriteWrapped(example.Meaning, 3 * Indent);
        }
    }

    private void Section(string title) => output.Write($"{Environment.NewLine}{title}:{Environment.NewLine}");

    private void WriteWrapped(string text, int indent, bool isBegun = false)
    {
        string margin = new(' ', indent), line = "";
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && indent + line.Length + 1 + word.Length > width)
            {
                EndLine();
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        EndLine();

        void EndLine()
        {
            output.WriteLine((isBegun ? "" : margin) + line);
            isBegun = false;
        }
    }
}
