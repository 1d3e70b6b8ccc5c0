namespace Tessera.Cli.Completion;

/// <summary>
/// Scripts that tell a shell how to complete the program's command lines. They ask the program itself, by the <c>[suggest]</c> directive of
/// its command line, and leave the names of files to the shell.
/// </summary>
internal static class CompletionScript
{
    /// <summary>The shells that there is a script for.</summary>
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish", "pwsh"];

    /// <summary>Reads a script.</summary>
    /// <param name="shell">One of <see cref="Shells"/>.</param>
    public static string Read(string shell)
    {
        using Stream stream = typeof(CompletionScript).Assembly.GetManifestResourceStream($"completion.{shell}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
