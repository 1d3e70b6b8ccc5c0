namespace Tessera.Cli;

/// <summary>A failure whose message is meant for the user as it is.</summary>
internal sealed class ToolException : Exception
{
    public ToolException(int exitCode, string message, Exception? innerException = null)
        : base(message, innerException) => ExitCode = exitCode;

    /// <summary>The exit code that it causes.</summary>
    public int ExitCode { get; }

    public static ToolException Usage(string message) => new(Cli.ExitCode.Usage, message);

    public static ToolException InvalidContent(string message) => new(Cli.ExitCode.InvalidContent, message);

    public static ToolException InputOutput(string message, Exception? innerException = null) =>
        new(Cli.ExitCode.InputOutput, message, innerException);
}
