namespace Tessera.Png;

/// <summary>Turns metadata into chunks.</summary>
internal static class PngMetadataWriter
{
    /// <summary>The chunks that hold the metadata, blocks before texts.</summary>
    /// <exception cref="NotSupportedException">A text is more than PNG can hold.</exception>
    public static IReadOnlyList<(PngChunkType Type, ReadOnlyMemory<byte> Content)> ToChunks(ImageMetadata metadata, PngHeader header)
    {
        var chunks = new List<(PngChunkType, ReadOnlyMemory<byte>)>();
        ReadOnlyMemory<byte>? profileName = null;
        foreach (MetadataBlock block in metadata.Blocks)
        {
            switch (block.Kind)
            {
                case PngMetadataKinds.ProfileName:
                    profileName = PngText.IsKeyword(block.Data.Span) ? block.Data : null;
                    break;
                case MetadataKinds.Icc:
                    ReadOnlySpan<byte> name = profileName is { } kept ? kept.Span : PngMetadataKinds.DefaultProfileName;
                    chunks.Add((PngChunkType.Profile, PngText.WriteProfile(name, block.Data.Span)));
                    profileName = null;
                    break;
                case MetadataKinds.Exif:
                    chunks.Add((PngChunkType.Exif, block.Data));
                    break;
                case MetadataKinds.Xmp:
                    chunks.Add((PngChunkType.InternationalText, PngText.WriteXmp(block.Data.Span)));
                    break;
                default:
                    if (PngMetadataKinds.TryParse(block.Kind, out PngChunkType type) && PngSampleChunks.Fits(type, block.Data.Span, header))
                        chunks.Add((type, block.Data));
                    break;
            }
        }

        foreach (TextEntry text in metadata.Texts)
        {
            (PngChunkType type, byte[] content) = PngText.Write(text);
            chunks.Add((type, content));
        }

        return chunks;
    }
}
