using Tessera.Container;

namespace Tessera;

/// <summary>Collects metadata from ancillary chunks.</summary>
internal sealed class MetadataBuilder
{
    private readonly List<MetadataBlock> _blocks = [];
    private readonly List<TextEntry> _texts = [];

    /// <summary>Adds a chunk. Types that this version does not know are passed over.</summary>
    /// <exception cref="TesseraFormatException">The chunk's content is not valid.</exception>
    public void Add(AncillaryItem chunk)
    {
        if (chunk.Type == ChunkType.Text)
        {
            TextContent text = TextContent.Parse(chunk.Payload.Span, chunk.PayloadOffset);
            _texts.Add(new(text.Keyword, text.Value, text.Language, text.TranslatedKeyword));
        }
        else if (chunk.Type == ChunkType.Metadata)
        {
            MetadataContent content = MetadataContent.Parse(chunk.Payload.Span, chunk.PayloadOffset);
            _blocks.Add(new(content.Kind, content.Data));
        }
        else if (ContainerMapping.ToMetadataKind(chunk.Type) is { } kind)
        {
            _blocks.Add(new(kind, chunk.Payload));
        }
    }

    /// <summary>What was added so far.</summary>
    public ImageMetadata Build() => _blocks.Count + _texts.Count == 0 ? ImageMetadata.Empty : new() { Blocks = [.. _blocks], Texts = [.. _texts] };
}
