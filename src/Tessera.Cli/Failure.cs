using System.Security;

namespace Tessera.Cli;

/// <summary>What an exception means to the user: one line and an exit code, never a stack trace.</summary>
internal readonly record struct Failure(int ExitCode, string Message)
{
    public static Failure Of(Exception exception) => exception switch
    {
        ToolException e => new(e.ExitCode, e.Message),
        TesseraFormatException e => new(Cli.ExitCode.InvalidContent, e.Message),
        ModelRegistryException e => new(Cli.ExitCode.Usage, e.Message),
        NotSupportedException e => new(Cli.ExitCode.InvalidContent, e.Message),
        ArgumentException e => new(Cli.ExitCode.Usage, WithoutParameterName(e)),
        FileNotFoundException or DirectoryNotFoundException => new(Cli.ExitCode.InputOutput, "No such file or folder."),
        UnauthorizedAccessException or SecurityException => new(Cli.ExitCode.InputOutput, "Access is denied."),
        IOException e => new(Cli.ExitCode.InputOutput, e.Message),
        OutOfMemoryException => new(Cli.ExitCode.InputOutput, "There is not enough memory. Fewer --threads need less."),
        OperationCanceledException => new(Cli.ExitCode.Cancelled, "Cancelled."),
        _ => new(Cli.ExitCode.Internal, $"A fault of this program, please report it: {exception.GetType().Name}: {exception.Message}"),
    };

    /// <summary>One line, whatever the message holds.</summary>
    public string ToLine(string? subject) =>
        (subject is null ? "tessera: " : $"tessera: {subject}: ") + Message.ReplaceLineEndings(" ");

    private static string WithoutParameterName(ArgumentException e)
    {
        string suffix = $" (Parameter '{e.ParamName}')";
        return e.Message.EndsWith(suffix, StringComparison.Ordinal) ? e.Message[..^suffix.Length] : e.Message;
    }
}
