namespace Tessera.Cli;

/// <summary>What the program's exit code says. Where several inputs fail, it is the highest of theirs.</summary>
internal static class ExitCode
{
    /// <summary>Everything was done.</summary>
    public const int Success = 0;

    /// <summary>An image is not valid, is damaged, is not what it should equal, or cannot be coded.</summary>
    public const int InvalidContent = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>A file cannot be read or written, or would be overwritten.</summary>
    public const int InputOutput = 3;

    /// <summary>A fault of the program itself.</summary>
    public const int Internal = 70;

    /// <summary>Cancelled, as by Ctrl+C.</summary>
    public const int Cancelled = 130;

    /// <summary>All of them, with what they mean, for the manual.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> Meanings { get; } =
    [
        (Success, "everything was done"),
        (InvalidContent, "an image is not valid, is damaged, differs from what it should equal, or cannot be coded; or its model is not installed"),
        (Usage, "the command line makes no sense"),
        (InputOutput, "a file cannot be read or written, or exists and --force is not given"),
        (Internal, "a fault of the program itself"),
        (Cancelled, "cancelled, as by Ctrl+C"),
    ];
}
