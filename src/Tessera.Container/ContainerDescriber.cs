using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Tessera.Container;

/// <summary>Writes what a file holds as text for people: chunk by chunk, with offsets and fields.</summary>
public static class ContainerDescriber
{
    private const int ShownBytes = 16;
    private const int ShownCharacters = 60;
    private static readonly string[] AlphaKinds = ["no alpha", "straight alpha", "premultiplied alpha"];

    /// <summary>Reads a file to its end and describes it.</summary>
    /// <param name="pipe">The file. It stays the caller's.</param>
    /// <param name="output">Takes the text. Lines end with a line feed on every system.</param>
    /// <param name="limits">What to refuse; null for the default limits.</param>
    /// <param name="recovery">What to do about damage.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Done when the file was read.</returns>
    /// <exception cref="TesseraFormatException">The file is not valid or exceeds a limit. What comes before was described.</exception>
    public static async ValueTask DescribeAsync(
        PipeReader pipe,
        TextWriter output,
        ContainerLimits? limits = null,
        RecoveryMode recovery = RecoveryMode.None,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        var reader = new ContainerReader(pipe, limits, recovery);
        ContainerHeader header = await reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
        await WriteAsync(output, Describe(header)).ConfigureAwait(false);
        while (await reader.ReadNextAsync(cancellationToken).ConfigureAwait(false) is { } item)
        {
            using (item as IDisposable)
                await WriteAsync(output, Describe(item, header)).ConfigureAwait(false);
        }
    }

    private static async ValueTask WriteAsync(TextWriter output, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            await output.WriteAsync(line).ConfigureAwait(false);
            await output.WriteAsync('\n').ConfigureAwait(false);
        }
    }

    private static IEnumerable<string> Describe(ContainerHeader header)
    {
        yield return $"Tessera container, version {header.Version}";
        yield return Chunk(ContainerFormat.SignatureLength, "HEAD", "");
        yield return Detail($"{header.Width} x {header.Height} pixels, {Count(header.FrameCount, "frame")}");
        yield return Detail(
            $"{Count(header.Channels, "channel")} of {Count(header.BitDepth, "bit")}, white level {header.WhiteLevel}, " +
            AlphaKinds[header.AlphaKind]);
        yield return Detail(
            $"tiles of {header.TileSize} pixels a side, bands of {Count(header.BandRows, "row")}: {Count(header.TileCount, "tile")}");
        for (int i = 0; i < header.Models.Length; i++)
            yield return Detail($"model {i}: {header.Models[i]}");
    }

    private static IEnumerable<string> Describe(ContainerItem item, ContainerHeader header) => item switch
    {
        SegmentItem segment => Describe(segment),
        AncillaryItem ancillary => Describe(ancillary, header.Version),
        DamagedItem damaged => [Chunk(damaged.Offset, "----", $"{damaged.Length} bytes damaged"), Detail(damaged.Reason)],
        EndItem end => Describe(end),
        _ => throw new InvalidOperationException($"There is no description of {item.GetType().Name}."),
    };

    private static IEnumerable<string> Describe(SegmentItem item)
    {
        yield return Chunk(item.Offset, "SEGM", $"{item.ChunkPayloadLength} bytes");
        yield return Detail(item.Header.ToString());
        foreach (SegmentRun run in item.Header.Runs)
            yield return Detail($"model {run.ModelIndex}: {Count(run.TileCount, "tile")}");
        yield return Detail($"sample checksum {item.Header.SampleChecksum:x8}");
        yield return Detail($"coded: {Hex(item.Payload.Span)}");
    }

    private static IEnumerable<string> Describe(AncillaryItem item, FormatVersion version)
    {
        yield return Chunk(item.Offset, item.Type.ToString(), $"{item.Payload.Length} bytes, {Scope(item)}");
        if (item.Type == ChunkType.Frame)
        {
            FrameContent frame = FrameContent.Parse(item.Payload.Span, version, item.PayloadOffset);
            yield return Detail($"delay {frame.DelayNumerator}/{frame.DelayDenominator} s");
        }
        else if (item.Type == ChunkType.Text)
        {
            TextContent text = TextContent.Parse(item.Payload.Span, item.PayloadOffset);
            yield return Detail($"{Quote(text.Keyword)}: {Quote(text.Value)}");
            if (text.Language.Length + text.TranslatedKeyword.Length > 0)
                yield return Detail($"language {Quote(text.Language)}, keyword {Quote(text.TranslatedKeyword)}");
        }
        else if (item.Type == ChunkType.Metadata)
        {
            MetadataContent metadata = MetadataContent.Parse(item.Payload.Span, item.PayloadOffset);
            yield return Detail($"{Quote(metadata.Kind)}: {Hex(metadata.Data.Span)}");
        }
        else
        {
            yield return Detail(Hex(item.Payload.Span));
        }
    }

    private static IEnumerable<string> Describe(EndItem item)
    {
        if (item.Index is { } index)
        {
            yield return Chunk(item.Offset, "INDX", "");
            foreach (IndexEntry entry in index.Segments)
            {
                yield return Detail(
                    $"at {entry.Offset}, {entry.PayloadLength} bytes: {Count(entry.TileCount, "tile")} from {entry.FirstTile}, " +
                    $"{Count(entry.ChannelCount, "channel")} from {entry.FirstChannel}");
            }
        }

        yield return Chunk(item.Length, "end", "");
    }

    private static string Scope(AncillaryItem item) => item switch
    {
        { Type.IsKnown: false } => "unknown",
        { Scope: AncillaryScope.Frame } => $"of frame {item.Frame}",
        { Scope: AncillaryScope.Trailer } => "of the image, trailing",
        _ => "of the image",
    };

    private static string Chunk(long offset, string type, string about) =>
        string.Create(CultureInfo.InvariantCulture, $"{offset,12}  {type}  {about}").TrimEnd();

    private static string Detail(string text) => new string(' ', 20) + text;

    private static string Count(long count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(Count(bytes.Length, "byte"));
        char separator = ':';
        foreach (byte b in bytes[..Math.Min(bytes.Length, ShownBytes)])
        {
            text.Append(separator == ':' ? ": " : " ").Append(b.ToString("x2", CultureInfo.InvariantCulture));
            separator = ' ';
        }

        return text.Append(bytes.Length > ShownBytes ? " ..." : "").ToString();
    }

    /// <summary>A text from a file may hold anything, such as a terminal's control sequences: what is not printable is escaped.</summary>
    private static string Quote(string value)
    {
        var text = new StringBuilder("\"");
        foreach (char c in value.AsSpan(0, Math.Min(value.Length, ShownCharacters)))
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format)
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                text.Append(c);
        }

        return text.Append('"').Append(value.Length > ShownCharacters ? " ..." : "").ToString();
    }
}
