using System.Collections.Immutable;

namespace Tessera.Cli.Benchmarks.Codecs;

/// <summary>A program and its arguments, in which <see cref="Input"/> and <see cref="Output"/> stand for files.</summary>
/// <param name="Program">The program's name, or its path.</param>
/// <param name="Arguments">The arguments.</param>
internal sealed record CommandTemplate(string Program, ImmutableArray<string> Arguments)
{
    /// <summary>Stands for the file to read.</summary>
    public const string Input = "{in}";

    /// <summary>Stands for the file to write.</summary>
    public const string Output = "{out}";

    /// <summary>Reads a template of words with a space between them.</summary>
    public static CommandTemplate Parse(string text)
    {
        string[] words = text.Split(' ');
        return new(words[0], [.. words[1..]]);
    }

    /// <summary>Puts files in.</summary>
    /// <returns>The arguments.</returns>
    public ImmutableArray<string> Fill(string input, string output) =>
        [.. Arguments.Select(a => a.Replace(Input, input, StringComparison.Ordinal).Replace(Output, output, StringComparison.Ordinal))];

    /// <summary>The command as a person reads it.</summary>
    public override string ToString() => string.Join(' ', Arguments.Prepend(Path.GetFileNameWithoutExtension(Program)));
}
