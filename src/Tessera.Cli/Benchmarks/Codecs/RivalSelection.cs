using System.Collections.Immutable;

namespace Tessera.Cli.Benchmarks.Codecs;

/// <summary>Which rivals were asked for.</summary>
internal static class RivalSelection
{
    /// <summary>The name that means no rival.</summary>
    public const string None = "none";

    /// <summary>Picks rivals by their names, or by the part of them before '-', which means all efforts.</summary>
    /// <param name="rivals">All that there are.</param>
    /// <param name="names">Names; none for all but the optional ones.</param>
    /// <exception cref="ToolException">There is no such rival.</exception>
    public static ImmutableArray<Codec> Pick(ImmutableArray<Codec> rivals, IReadOnlyCollection<string> names)
    {
        if (names.Count == 0)
            return [.. rivals.Where(r => !r.IsOptional)];
        foreach (string name in names.Where(n => n != None && !rivals.Any(r => IsMeant(r, n))))
            throw ToolException.Usage($"--codec {name}: There is no such codec. There are {string.Join(", ", rivals.Select(r => r.Name))}, and {None}.");
        return [.. rivals.Where(r => names.Any(n => IsMeant(r, n)))];
    }

    private static bool IsMeant(Codec rival, string name) => rival.Name == name || rival.Name.StartsWith(name + "-", StringComparison.Ordinal);
}
