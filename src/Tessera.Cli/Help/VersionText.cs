using System.Reflection;
using System.Runtime.InteropServices;

namespace Tessera.Cli.Help;

/// <summary>What tells one build of the program from another.</summary>
internal static class VersionText
{
    private const int CommitDigits = 12;

    /// <summary>The version, the commit where the build knew it, and what the program runs on: one line, as a report of a fault needs it.</summary>
    public static string OfProgram()
    {
        string informational = typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        return Describe(informational, RuntimeInformation.FrameworkDescription, RuntimeInformation.RuntimeIdentifier);
    }

    /// <summary>Writes a version as a person reads it.</summary>
    /// <param name="informational">Such as <c>1.2.3-beta+0123456789abcdef</c>.</param>
    /// <param name="runtime">What runs the program.</param>
    /// <param name="platform">The system and processor.</param>
    internal static string Describe(string informational, string runtime, string platform)
    {
        string[] parts = informational.Split('+', 2);
        string commit = parts.Length == 2 ? $"commit {parts[1][..Math.Min(CommitDigits, parts[1].Length)]}, " : "";
        return $"tessera {parts[0]} ({commit}{runtime}, {platform})";
    }
}
