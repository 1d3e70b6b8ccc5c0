using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Tessera.Cli.Manifests;

/// <summary>What a manifest's lines say.</summary>
/// <param name="Head">The first line; null if there is not even that.</param>
/// <param name="Entries">The last line on each file, by the file's path.</param>
/// <param name="WholeLength">Bytes of all whole lines. What follows is a line that was cut off, and counts for nothing.</param>
internal sealed record ManifestContent(ManifestHead? Head, Dictionary<string, ManifestEntry> Entries, long WholeLength)
{
    /// <summary>Reads a manifest.</summary>
    /// <param name="stream">The manifest, at its start. It stays open.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ToolException">A whole line is not one of a manifest's.</exception>
    public static async Task<ManifestContent> ReadAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        ManifestHead? head = null;
        var entries = new Dictionary<string, ManifestEntry>(StringComparer.Ordinal);
        long length = 0;
        int number = 0;
        PipeReader reader = PipeReader.Create(stream, new(leaveOpen: true));
        ReadResult result;
        do
        {
            result = await reader.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> rest = result.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                ReadOnlySequence<byte> line = rest.Slice(0, end);
                number++;
                length += line.Length + 1;
                try
                {
                    if (head is null)
                        head = ParseHead(line);
                    else
                        Add(entries, ParseEntry(line));
                }
                catch (JsonException e)
                {
                    throw ToolException.InvalidContent($"{name}: Line {number} is not one of a manifest's: {e.Message}");
                }

                rest = rest.Slice(rest.GetPosition(1, end));
            }

            reader.AdvanceTo(rest.Start, rest.End);
        }
        while (!result.IsCompleted);

        await reader.CompleteAsync();
        return new(head, entries, length);
    }

    private static void Add(Dictionary<string, ManifestEntry> entries, ManifestEntry entry) => entries[entry.Path] = entry;

    private static ManifestHead ParseHead(in ReadOnlySequence<byte> line)
    {
        var json = new Utf8JsonReader(line);
        ManifestHead head = JsonSerializer.Deserialize(ref json, ManifestJsonContext.Default.ManifestHead) ?? throw new JsonException("It is null.");
        return head.Manifest == ManifestHead.CurrentVersion && !head.Models.IsDefault
            ? head
            : throw new JsonException($"Its version is {head.Manifest}; {ManifestHead.CurrentVersion} is the one that this program reads.");
    }

    private static ManifestEntry ParseEntry(in ReadOnlySequence<byte> line)
    {
        var json = new Utf8JsonReader(line);
        ManifestEntry entry = JsonSerializer.Deserialize(ref json, ManifestJsonContext.Default.ManifestEntry) ?? throw new JsonException("It is null.");
        bool isComplete = entry is { Bytes: not null, Modified: not null, Sha256: not null, Output: not null, OutputBytes: not null, OutputSha256: not null };
        return entry.State != ManifestState.Done || isComplete ? entry : throw new JsonException("The file is done, and its checksums are not there.");
    }
}
