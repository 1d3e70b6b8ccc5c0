using System.Buffers;
using Tessera.Container.Canonical;

namespace Tessera.Container;

/// <summary>The payload of a "text" chunk.</summary>
/// <param name="Keyword">What the text is, such as "Title".</param>
/// <param name="Value">The text.</param>
/// <param name="Language">A language tag, or empty.</param>
/// <param name="TranslatedKeyword">The keyword in that language, or empty.</param>
public sealed record TextContent(string Keyword, string Value, string Language = "", string TranslatedKeyword = "")
{
    private const int Parts = 4;

    /// <summary>Reads a payload.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="offset">Its offset in the file, for messages.</param>
    /// <returns>The text.</returns>
    /// <exception cref="TesseraFormatException">The payload is not canonical.</exception>
    public static TextContent Parse(ReadOnlySpan<byte> payload, long offset = 0)
    {
        var reader = new CanonicalReader(payload, offset);
        int count = reader.ReadArrayHead("text");
        if (count > Parts)
            throw new TesseraFormatException($"A text has {count} parts; it may have at most {Parts}", offset);
        string[] parts = ["", "", "", ""];
        for (int i = 0; i < count; i++)
            parts[i] = reader.ReadString("text");
        reader.End("text");
        return count == 0 || parts[count - 1].Length > 0
            ? new(parts[0], parts[1], parts[2], parts[3])
            : throw new TesseraFormatException("The last part of a text is empty; it must be left out", offset);
    }

    /// <summary>Writes the payload.</summary>
    /// <returns>The payload.</returns>
    /// <exception cref="ArgumentException">A string has a surrogate without its other half.</exception>
    public byte[] ToPayload()
    {
        string[] parts = [Keyword, Value, Language, TranslatedKeyword];
        int count = Array.FindLastIndex(parts, part => part.Length > 0) + 1;
        var output = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(output);
        writer.WriteArrayHead(count);
        foreach (string part in parts.AsSpan(0, count))
            writer.WriteString(part);
        return output.WrittenSpan.ToArray();
    }
}
