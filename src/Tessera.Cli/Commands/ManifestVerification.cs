using Tessera.Cli.Files;
using Tessera.Cli.Manifests;

namespace Tessera.Cli.Commands;

/// <summary>
/// Checks all that manifests say: that every file is done, that inputs and outputs have the checksums that are listed, and that each output
/// decodes to the pixels of its input.
/// </summary>
internal sealed class ManifestVerification
{
    private readonly ToolContext _context;
    private readonly TesseraDecoder _decoder;
    private readonly ManifestFolder _folder;

    private ManifestVerification(ToolContext context, TesseraDecoder decoder, ManifestFolder folder)
    {
        _context = context;
        _decoder = decoder;
        _folder = folder;
    }

    /// <summary>Checks a manifest, or those of all shards.</summary>
    /// <param name="context">What every command works with.</param>
    /// <param name="decoder">Decodes.</param>
    /// <param name="path">The manifest; those of its shards stand beside it.</param>
    /// <param name="inputs">Files that must be listed; others may be.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The highest exit code of any file.</returns>
    public static async Task<int> RunAsync(
        ToolContext context, TesseraDecoder decoder, string path, IReadOnlyList<string> inputs, CancellationToken cancellationToken)
    {
        var folder = ManifestFolder.Of(path);
        var entries = new SortedDictionary<string, ManifestEntry?>(StringComparer.Ordinal);
        foreach (string input in inputs)
            entries[folder.Name(input)] = null;
        foreach (ManifestEntry entry in await ReadAllAsync(path, context.Terminal, cancellationToken))
        {
            // A file that another shard has done is done.
            if (entries.GetValueOrDefault(entry.Path) is not { State: ManifestState.Done })
                entries[entry.Path] = entry;
        }

        var run = new ManifestVerification(context, decoder, folder);
        return await new JobRunner(context.Terminal).RunAsync(
            [.. entries],
            entry => folder.Resolve(entry.Key),
            (entry, progress, token) => run.VerifyAsync(entry.Value, progress, token),
            (entry, result) => context.Terminal.ShowResult(true, folder.Resolve(entry.Key), result),
            cancellationToken);
    }

    private static async Task<IReadOnlyList<ManifestEntry>> ReadAllAsync(string path, Terminal terminal, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> manifests = ManifestFolder.Existing(path);
        if (manifests.Count == 0)
            throw ToolException.InputOutput($"{path}: There is no such manifest, and none of a shard.");
        var shards = new List<Shard>();
        var entries = new List<ManifestEntry>();
        foreach (string manifest in manifests)
        {
            await using Stream stream = InputFiles.Open(manifest, terminal);
            ManifestContent content = await ManifestContent.ReadAsync(stream, manifest, cancellationToken);
            if (content.Head?.Shard is { } text)
                shards.Add(Shard.TryParse(text) ?? throw ToolException.InvalidContent($"{manifest}: There is no shard {text}."));
            entries.AddRange(content.Entries.Values);
        }

        foreach (IGrouping<int, Shard> division in shards.GroupBy(s => s.Count))
        {
            foreach (int missing in Enumerable.Range(0, division.Key).Except(division.Select(s => s.Index)))
                throw ToolException.InvalidContent($"{ManifestFolder.OfShard(path, new(missing, division.Key))}: The manifest of this shard is missing.");
        }

        return entries;
    }

    private async Task<string> VerifyAsync(ManifestEntry? entry, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        switch (entry)
        {
            case null:
                throw ToolException.InvalidContent("The manifest does not list this file.");
            case { State: ManifestState.Failed }:
                throw ToolException.InvalidContent($"The manifest says that this file failed: {entry.Error}");
            case { State: ManifestState.Started }:
                throw ToolException.InvalidContent("This file was begun and is not done.");
        }

        string input = _folder.Resolve(entry.Path), output = _folder.Resolve(entry.Output!);
        await CheckAsync(input, new(entry.Bytes!.Value, entry.Sha256!), cancellationToken);
        await CheckAsync(output, new(entry.OutputBytes!.Value, entry.OutputSha256!), cancellationToken);

        await using Stream original = InputFiles.Open(input, _context.Terminal);
        await using IRasterSource expected = await _context.Formats.OpenAsync(original, RasterLimits.Default, cancellationToken);
        await using var comparison = new ComparingSink(expected);
        await using Stream encoded = InputFiles.Open(output, _context.Terminal);
        await _decoder.DecodeAsync(encoded, comparison, progress, cancellationToken);
        return $"as listed; {output} is whole, all pixels are equal";
    }

    private async Task CheckAsync(string path, FileDigest expected, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            throw ToolException.InputOutput($"{path} is missing.");
        FileDigest found = await FileDigest.OfFileAsync(path, _context.Terminal, cancellationToken);
        if (found != expected)
        {
            throw ToolException.InvalidContent(
                $"{path} is not what the manifest lists: {found.Bytes} bytes with the SHA-256 {found.Sha256}, not {expected.Bytes} with {expected.Sha256}.");
        }
    }
}
