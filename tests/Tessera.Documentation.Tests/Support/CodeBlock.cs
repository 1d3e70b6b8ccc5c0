namespace Tessera.Documentation.Tests.Support;

/// <summary>A block of code in a document.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Language">What its fence says, such as "csharp"; null if it is indented.</param>
/// <param name="Lines">Its lines.</param>
internal sealed record CodeBlock(int Line, string? Language, string[] Lines)
{
    /// <summary>Whether it has commands of a shell.</summary>
    public bool IsShell => Language is null or "sh";

    /// <summary>Its lines, of which those that end with a backslash are joined with the next.</summary>
    public string[] Commands => string.Join('\n', Lines).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n');
}
