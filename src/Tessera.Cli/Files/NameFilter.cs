using Microsoft.Extensions.FileSystemGlobbing;

namespace Tessera.Cli.Files;

/// <summary>Chooses files by patterns of their names: <c>*</c> is any part of a name, <c>**</c> any folders.</summary>
internal sealed class NameFilter
{
    private readonly Matcher _matcher = new(StringComparison.Ordinal);

    /// <summary>Makes a filter.</summary>
    /// <param name="includes">Patterns of which a name must match one; with none, every name may.</param>
    /// <param name="excludes">Patterns of which a name must match none.</param>
    public NameFilter(IReadOnlyCollection<string> includes, IReadOnlyCollection<string> excludes)
    {
        _matcher.AddIncludePatterns(includes.Count == 0 ? ["**/*"] : includes.Select(InAnyFolder));
        _matcher.AddExcludePatterns(excludes.Select(InAnyFolder));
    }

    /// <summary>Whether a file is chosen.</summary>
    /// <param name="name">Its path within the folder that is searched, with '/' between the parts.</param>
    public bool Accepts(string name) => _matcher.Match(name).HasMatches;

    // A pattern without a folder is for names, wherever they are.
    private static string InAnyFolder(string pattern) => pattern.Contains('/', StringComparison.Ordinal) ? pattern : "**/" + pattern;
}
