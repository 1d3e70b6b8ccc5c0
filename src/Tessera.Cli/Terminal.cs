using Spectre.Console;
using Tessera.Cli.Files;

namespace Tessera.Cli;

/// <summary>The streams that the program talks through, so that a test can put others in their place.</summary>
internal sealed class Terminal
{
    private readonly Func<Stream> _openInput;
    private readonly Func<Stream> _openOutput;

    public Terminal(Func<Stream> openInput, Func<Stream> openOutput, TextWriter output, TextWriter error, bool isOutputTerminal, bool isErrorTerminal)
    {
        _openInput = openInput;
        _openOutput = openOutput;
        Output = output;
        Error = error;
        IsOutputTerminal = isOutputTerminal;
        IsErrorTerminal = isErrorTerminal;
        OutputConsole = CreateConsole(output, isOutputTerminal);
        ErrorConsole = CreateConsole(error, isErrorTerminal);
    }

    /// <summary>Results as text.</summary>
    public TextWriter Output { get; }

    /// <summary>Messages.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether a person sees <see cref="Output"/>.</summary>
    public bool IsOutputTerminal { get; }

    /// <summary>Whether a person sees <see cref="Error"/>.</summary>
    public bool IsErrorTerminal { get; }

    /// <summary><see cref="Output"/> with colours where it is a terminal; elsewhere plain, and lines are never broken.</summary>
    public IAnsiConsole OutputConsole { get; }

    /// <summary><see cref="Error"/> in the same manner.</summary>
    public IAnsiConsole ErrorConsole { get; }

    /// <summary>The terminal, or the pipes, that the process was started with.</summary>
    public static Terminal System() => new(
        () => new InterruptibleStream(Console.OpenStandardInput()),
        Console.OpenStandardOutput,
        Console.Out,
        Console.Error,
        !Console.IsOutputRedirected,
        !Console.IsErrorRedirected);

    /// <summary>Opens standard input for bytes.</summary>
    public Stream OpenInput() => _openInput();

    /// <summary>Opens standard output for bytes.</summary>
    public Stream OpenOutput() => _openOutput();

    /// <summary>Writes a line on what became of a file, where that is wanted.</summary>
    public void ShowResult(bool isWanted, string file, string result)
    {
        if (isWanted)
            Output.WriteLine($"{file}: {result}");
    }

    /// <summary>Writes a line to <see cref="Error"/>, above the progress bar if there is one.</summary>
    public void ShowMessage(string line)
    {
        if (IsErrorTerminal)
            ErrorConsole.WriteLine(line);
        else
            Error.WriteLine(line);
    }

    private static IAnsiConsole CreateConsole(TextWriter writer, bool isTerminal)
    {
        IAnsiConsole console = AnsiConsole.Create(new()
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (!isTerminal)
            console.Profile.Width = short.MaxValue;
        return console;
    }
}
