using Tessera.Cli.Benchmarks.Codecs;

namespace Tessera.Cli.Tests.Benchmarks;

/// <summary>A test that needs programs of other projects, and is skipped, with a word, where they are not on the PATH.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(params string[] programs)
    {
        string[] missing = [.. programs.Where(p => ProgramFinder.OfEnvironment().Find(p) is null)];
        if (missing.Length > 0)
            Skip = $"Not on the PATH: {string.Join(", ", missing)}.";
    }
}
