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
}
