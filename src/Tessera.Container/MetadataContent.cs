using System.Buffers;
using Tessera.Container.Canonical;

namespace Tessera.Container;

/// <summary>The payload of a "meta" chunk: metadata that has no chunk type of its own.</summary>
/// <param name="Kind">What it is, such as "png:gAMA".</param>
/// <param name="Data">The bytes, never interpreted.</param>
public sealed record MetadataContent(string Kind, ReadOnlyMemory<byte> Data)
{
    /// <summary>Reads a payload.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="offset">Its offset in the file, for messages.</param>
    /// <returns>The metadata, with a copy of the bytes.</returns>
    /// <exception cref="TesseraFormatException">The payload is not canonical.</exception>
    public static MetadataContent Parse(ReadOnlySpan<byte> payload, long offset = 0)
    {
        var reader = new CanonicalReader(payload, offset);
        if (reader.ReadArrayHead("metadata") is var count && count != 2)
            throw new TesseraFormatException($"A metadata block has {count} parts, not 2", offset);
        var content = new MetadataContent(reader.ReadString("metadata's kind"), reader.ReadBinary("metadata").ToArray());
        reader.End("metadata");
        return content;
    }

    /// <summary>Writes the payload.</summary>
    /// <returns>The payload.</returns>
    /// <exception cref="ArgumentException">The kind has a surrogate without its other half.</exception>
    public byte[] ToPayload()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(output);
        writer.WriteArrayHead(2);
        writer.WriteString(Kind);
        writer.WriteBinary(Data.Span);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Compares kind and bytes.</summary>
    /// <param name="other">The other content.</param>
    /// <returns>Whether both are equal.</returns>
    public bool Equals(MetadataContent? other) => other is not null && Kind == other.Kind && Data.Span.SequenceEqual(other.Data.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Data.Length);
}
