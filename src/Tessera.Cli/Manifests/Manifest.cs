using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tessera.Cli.Manifests;

/// <summary>
/// A list of files and of what is known of each, in lines of JSON that are only ever appended. It is open to one process at a time, and
/// whatever moment that process is killed at, what the list says by then is true.
/// </summary>
internal sealed class Manifest : IDisposable
{
    private readonly FileStream _stream;
    private readonly Dictionary<string, ManifestEntry> _entries;

    private Manifest(FileStream stream, ManifestFolder folder, Dictionary<string, ManifestEntry> entries)
    {
        _stream = stream;
        _entries = entries;
        Folder = folder;
    }

    /// <summary>What paths are relative to.</summary>
    public ManifestFolder Folder { get; }

    /// <summary>Opens a manifest to go on with, or begins it.</summary>
    /// <param name="path">The manifest.</param>
    /// <param name="head">What the files have in common.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ToolException">It is no manifest, or was begun with another head.</exception>
    /// <exception cref="IOException">Another process has it open.</exception>
    public static async Task<Manifest> OpenAsync(string path, ManifestHead head, CancellationToken cancellationToken)
    {
        var folder = ManifestFolder.Of(path);
        Directory.CreateDirectory(folder.FullPath);

        // Without a buffer, so that a line goes out as one write. Nothing less than no sharing keeps out other writers on Unix.
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.None);
        try
        {
            ManifestContent content = await ManifestContent.ReadAsync(stream, path, cancellationToken);
            if (content.Head is { } begun && begun != head)
                throw ToolException.Usage($"{path}: This manifest was begun with other options: {Describe(begun)}. Use these, or begin another one.");
            stream.SetLength(content.WholeLength);
            stream.Seek(0, SeekOrigin.End);
            var manifest = new Manifest(stream, folder, content.Entries);
            if (content.Head is null)
                manifest.WriteLine(head, ManifestJsonContext.Default.ManifestHead);
            return manifest;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>What is known of a file; null if it is new.</summary>
    /// <param name="path">The file's path, as <see cref="ManifestFolder.Name"/> gives it.</param>
    public ManifestEntry? Find(string path) => _entries.GetValueOrDefault(path);

    /// <summary>Adds a line on a file, which counts from now on.</summary>
    public void Append(ManifestEntry entry)
    {
        WriteLine(entry, ManifestJsonContext.Default.ManifestEntry);
        _entries[entry.Path] = entry;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static string Describe(ManifestHead head) => JsonSerializer.Serialize(head, ManifestJsonContext.Default.ManifestHead);

    private void WriteLine<T>(T line, JsonTypeInfo<T> type)
    {
        _stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(line, type), (byte)'\n']);
        _stream.Flush(flushToDisk: true);
    }
}
