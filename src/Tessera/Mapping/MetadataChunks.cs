using Tessera.Container;

namespace Tessera;

/// <summary>Writes metadata as ancillary chunks: blocks first, then texts, each in their order.</summary>
internal static class MetadataChunks
{
    /// <summary>Writes metadata of the image or of the frame that was begun.</summary>
    /// <param name="writer">The file.</param>
    /// <param name="metadata">The metadata.</param>
    /// <param name="isCopy">Whether they come from a file, which may have blocks without a kind; no new ones are made.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">A block or a text does not fit the format.</exception>
    public static async ValueTask WriteMetadataAsync(this ContainerWriter writer, ImageMetadata metadata, bool isCopy, CancellationToken cancellationToken)
    {
        foreach (MetadataBlock block in metadata.Blocks)
        {
            if (string.IsNullOrEmpty(block.Kind) && !isCopy)
                throw new ArgumentException($"A metadata block of {block.Data.Length} bytes has no kind.");
            ChunkType? type = ContainerMapping.ToChunkType(block.Kind);
            ReadOnlyMemory<byte> payload = type is not null
                ? block.Data
                : Convert($"The metadata block \"{block.Kind}\"", () => new MetadataContent(block.Kind, block.Data).ToPayload());
            await writer.WriteAncillaryAsync(type ?? ChunkType.Metadata, payload, cancellationToken).ConfigureAwait(false);
        }

        foreach (TextEntry text in metadata.Texts)
        {
            byte[] payload = Convert(
                $"The text \"{text.Keyword}\"", () => new TextContent(text.Keyword, text.Value, text.Language, text.TranslatedKeyword).ToPayload());
            await writer.WriteAncillaryAsync(ChunkType.Text, payload, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes what is particular to a frame; nothing for a frame that has nothing.</summary>
    /// <param name="writer">The file.</param>
    /// <param name="index">The frame's number.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="isCopy">Whether it comes from a file.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">A value does not fit the format.</exception>
    public static async ValueTask WriteFrameAsync(this ContainerWriter writer, int index, FrameInfo frame, bool isCopy, CancellationToken cancellationToken)
    {
        if (frame == FrameInfo.Default)
            return;
        byte[] payload = new FrameContent(index, frame.DelayNumerator, frame.DelayDenominator).ToPayload();
        await writer.WriteAncillaryAsync(ChunkType.Frame, payload, cancellationToken).ConfigureAwait(false);
        await writer.WriteMetadataAsync(frame.Metadata, isCopy, cancellationToken).ConfigureAwait(false);
    }

    private static byte[] Convert(string what, Func<byte[]> convert)
    {
        try
        {
            return convert();
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"{what} cannot be stored: {e.Message}", e);
        }
    }
}
