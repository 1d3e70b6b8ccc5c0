using System.Text.RegularExpressions;

namespace Tessera.Cli.Manifests;

/// <summary>
/// The folder that a manifest lies in. Paths in the manifest are relative to it, so that a tree may be moved, or be mounted elsewhere on
/// another machine.
/// </summary>
internal sealed partial record ManifestFolder(string FullPath)
{
    /// <summary>The folder of a manifest.</summary>
    public static ManifestFolder Of(string manifest) => new(Path.GetDirectoryName(Path.GetFullPath(manifest))!);

    /// <summary>The name of a shard's manifest: <c>work.jsonl</c> becomes <c>work.0-of-4.jsonl</c>.</summary>
    public static string OfShard(string manifest, Shard shard) =>
        Path.ChangeExtension(manifest, FormattableString.Invariant($"{shard.Index}-of-{shard.Count}{Path.GetExtension(manifest)}"));

    /// <summary>The manifest of this name and those of its shards, as far as they are there.</summary>
    public static IReadOnlyList<string> Existing(string manifest)
    {
        string folder = Of(manifest).FullPath, stem = Path.GetFileNameWithoutExtension(manifest), extension = Path.GetExtension(manifest);
        IEnumerable<string> shards = Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Where(IsShard).Order(StringComparer.Ordinal) : [];
        return [.. File.Exists(manifest) ? [manifest] : Array.Empty<string>(), .. shards];

        bool IsShard(string path) =>
            Path.GetFileName(path) is var name && name.StartsWith(stem, StringComparison.Ordinal) && name.EndsWith(extension, StringComparison.Ordinal)
            && name.Length > stem.Length + extension.Length && ShardPart().IsMatch(name.AsSpan()[stem.Length..^extension.Length]);
    }

    /// <summary>What a manifest calls a file.</summary>
    public string Name(string path) => Path.GetRelativePath(FullPath, Path.GetFullPath(path)).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>The file that a manifest calls so.</summary>
    public string Resolve(string name) => Path.Combine(FullPath, name);

    [GeneratedRegex(@"^\.[0-9]+-of-[0-9]+$")]
    private static partial Regex ShardPart();
}
