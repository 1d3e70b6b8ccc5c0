using System.Collections.Immutable;

namespace Tessera.Cli.Benchmarks.Codecs;

/// <summary>How this program starts itself as another process.</summary>
internal static class SelfCommand
{
    /// <summary>The command with some arguments.</summary>
    /// <exception cref="ToolException">The operating system does not say which program this is.</exception>
    public static CommandTemplate With(params IEnumerable<string> arguments)
    {
        string program = Environment.ProcessPath ?? throw ToolException.InputOutput("The operating system does not tell this program's path, which is needed to start it again.");
        ImmutableArray<string> words = [.. arguments];
        string library = Path.Combine(AppContext.BaseDirectory, typeof(SelfCommand).Assembly.GetName().Name + ".dll");

        // Started by its own executable, the program needs no more; started as a library, "dotnet" must be told which.
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? new(program, words.Insert(0, library)) : new(program, words);
    }
}
