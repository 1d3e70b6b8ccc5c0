namespace Tessera.Cli.Files;

/// <summary>The name that stands for standard input or output.</summary>
internal static class StandardStream
{
    /// <summary>The name.</summary>
    public const string Name = "-";

    /// <summary>What to call an input in a message.</summary>
    public static string DescribeInput(string path) => path == Name ? "standard input" : path;

    /// <summary>What to call an output in a message.</summary>
    public static string DescribeOutput(string path) => path == Name ? "standard output" : path;
}
