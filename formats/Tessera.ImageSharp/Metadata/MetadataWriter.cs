using System.Buffers.Binary;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Metadata;

namespace Tessera.ImageSharp;

/// <summary>Turns the metadata of ImageSharp's images and frames into the codec's. The images stay as they are.</summary>
internal static class MetadataWriter
{
    /// <summary>The kind of the block that holds the repeat count: a number in 32 bits, lowest byte first.</summary>
    public const string RepeatKind = "imagesharp:repeat";

    /// <summary>The metadata of an image.</summary>
    /// <param name="image">The image's metadata.</param>
    /// <param name="layout">What its pixels are stored as.</param>
    /// <param name="parts">What to keep. The pixel type and the repeat count are kept always: they say what the image is.</param>
    public static ImageMetadata OfImage(SharpMetadata image, PixelLayout layout, TesseraMetadataParts parts)
    {
        if (!image.TryGetTesseraMetadata(out TesseraMetadata? own))
            ForeignMetadata.CopyTo(own = new(), image);
        var blocks = new List<MetadataBlock>();
        if (PixelLayouts.Record(layout) is { } record)
            blocks.Add(record);
        if (own.RepeatCount != 1)
        {
            var count = new byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(count, own.RepeatCount);
            blocks.Add(new(RepeatKind, count));
        }

        if (parts.HasFlag(TesseraMetadataParts.Resolution))
            blocks.AddRange(Resolution.Of(image).ToBlocks());
        return Join(blocks, ProfileSet.Of(image), own.OtherBlocks, own.Texts, parts);
    }

    /// <summary>What is particular to a frame.</summary>
    /// <param name="frame">The frame's metadata.</param>
    /// <param name="parts">What to keep. The delay is kept always.</param>
    /// <exception cref="NotSupportedException">The delay is infinite.</exception>
    public static FrameInfo OfFrame(ImageFrameMetadata frame, TesseraMetadataParts parts)
    {
        if (!frame.TryGetTesseraMetadata(out TesseraFrameMetadata? own))
            ForeignMetadata.CopyTo(own = new(), frame);
        Rational delay = own.FrameDelay;
        if (delay.Denominator == 0 && delay.Numerator != 0)
            throw new NotSupportedException($"A frame's delay of {delay.Numerator}/0 seconds cannot be stored.");
        return new(delay.Numerator, Math.Max(delay.Denominator, 1)) { Metadata = Join([], ProfileSet.Of(frame), own.OtherBlocks, own.Texts, parts) };
    }

    private static ImageMetadata Join(
        List<MetadataBlock> blocks, ProfileSet profiles, IList<MetadataBlock> others, IList<TextEntry> texts, TesseraMetadataParts parts)
    {
        // A second profile of a kind stays behind the first; all else comes before, since PNG's name of a profile does.
        bool keepOthers = parts.HasFlag(TesseraMetadataParts.OtherBlocks);
        if (keepOthers)
            blocks.AddRange(others.Where(b => !ProfileSet.IsProfile(b.Kind)));
        blocks.AddRange(profiles.ToBlocks(parts));
        if (keepOthers)
            blocks.AddRange(others.Where(b => ProfileSet.IsProfile(b.Kind)));
        return new() { Blocks = [.. blocks], Texts = parts.HasFlag(TesseraMetadataParts.Texts) ? [.. texts] : [] };
    }
}
