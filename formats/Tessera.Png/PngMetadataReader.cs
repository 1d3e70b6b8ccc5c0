using System.Collections.Immutable;

namespace Tessera.Png;

/// <summary>Collects the ancillary chunks. What it cannot interpret it keeps byte for byte, so that it can be written back.</summary>
internal sealed class PngMetadataReader
{
    private readonly PngHeader _header;
    private readonly PngColors _colors;
    private readonly RasterLimits _limits;
    private readonly ImmutableArray<MetadataBlock>.Builder _blocks = ImmutableArray.CreateBuilder<MetadataBlock>();
    private readonly ImmutableArray<TextEntry>.Builder _texts = ImmutableArray.CreateBuilder<TextEntry>();
    private long _left;

    public PngMetadataReader(PngHeader header, PngColors colors, RasterLimits limits)
    {
        _header = header;
        _colors = colors;
        _limits = limits;
        _left = limits.MaxMetadata;
    }

    /// <summary>Reads the current chunk, an ancillary one, or skips it if its meaning ends with PNG's own encoding of the samples.</summary>
    public async ValueTask ReadAsync(PngChunkReader chunks, CancellationToken cancellationToken)
    {
        PngChunkType type = chunks.Type;
        bool isProfile = type == PngChunkType.Profile || type == PngChunkType.Exif;
        if (!type.IsIndependentOfSamples && !isProfile)
        {
            await chunks.FinishAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        long offset = chunks.ChunkOffset;
        Charge(chunks.Length + 12L, offset);
        if (chunks.Length > _limits.MaxAllocation)
            throw new TesseraFormatException($"The {type} chunk of {chunks.Length} bytes exceeds the limit of {_limits.MaxAllocation} bytes.", offset);
        byte[] content = await chunks.ReadContentAsync(cancellationToken).ConfigureAwait(false);
        Add(type, content, offset);
    }

    /// <summary>What was collected since the last call.</summary>
    public ImageMetadata Take()
    {
        // Only now is it known whether there are a palette and a transparent colour, on which sBIT and bKGD depend.
        var metadata = new ImageMetadata
        {
            Blocks = [.. _blocks.Select(Adapt).OfType<MetadataBlock>()],
            Texts = _texts.ToImmutable(),
        };
        _blocks.Clear();
        _texts.Clear();
        return metadata.IsEmpty ? ImageMetadata.Empty : metadata;
    }

    private void Add(PngChunkType type, byte[] content, long offset)
    {
        try
        {
            if (!TryInterpret(type, content, offset))
                AddBlock(PngMetadataKinds.Of(type), content);
        }
        catch (TesseraFormatException e) when (e.Offset < 0)
        {
            throw new TesseraFormatException(e.Message, offset, e);
        }
    }

    private bool TryInterpret(PngChunkType type, byte[] content, long offset)
    {
        if (type == PngChunkType.Exif)
            return AddBlock(MetadataKinds.Exif, content);
        if (type == PngChunkType.Text)
            return AddText(PngText.ReadLatin1(content, compressed: false, _left), offset);
        if (type == PngChunkType.CompressedText)
            return AddText(PngText.ReadLatin1(content, compressed: true, _left), offset);
        if (type == PngChunkType.InternationalText)
        {
            (TextEntry? text, ReadOnlyMemory<byte>? xmp) = PngText.ReadInternational(content, _left);
            return xmp is { } packet ? AddInflated(MetadataKinds.Xmp, packet, offset) : AddText(text, offset);
        }

        if (type != PngChunkType.Profile || PngText.ReadProfile(content, _left) is not var (name, profile))
            return false;
        if (!name.Span.SequenceEqual(PngMetadataKinds.DefaultProfileName))
            AddBlock(PngMetadataKinds.ProfileName, name);
        return AddInflated(MetadataKinds.Icc, profile, offset);
    }

    /// <summary>sBIT and bKGD speak of stored samples: they get the form that they have beside the samples of the raster.</summary>
    private MetadataBlock? Adapt(MetadataBlock block)
    {
        byte[]? adapted;
        if (block.Kind == PngMetadataKinds.Of(PngChunkType.SignificantBits))
            adapted = PngSampleChunks.AdaptSignificantBits(block.Data.Span, _header, _colors);
        else if (block.Kind == PngMetadataKinds.Of(PngChunkType.Background))
            adapted = PngSampleChunks.AdaptBackground(block.Data.Span, _header, _colors);
        else
            return block;
        return adapted is null ? null : block with { Data = adapted };
    }

    private bool AddBlock(string kind, ReadOnlyMemory<byte> data)
    {
        _blocks.Add(new(kind, data));
        return true;
    }

    private bool AddInflated(string kind, ReadOnlyMemory<byte> data, long offset)
    {
        Charge(data.Length, offset);
        return AddBlock(kind, data);
    }

    private bool AddText(TextEntry? text, long offset)
    {
        if (text is null)
            return false;
        Charge(text.Value.Length, offset);
        _texts.Add(text);
        return true;
    }

    private void Charge(long bytes, long offset)
    {
        if (bytes > _left)
            throw new TesseraFormatException($"The image's metadata exceeds the limit of {_limits.MaxMetadata} bytes.", offset);
        _left -= bytes;
    }
}
