using System.Buffers.Binary;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Png.Chunks;
using SixLabors.ImageSharp.Metadata;

namespace Tessera.ImageSharp;

/// <summary>
/// Turns the codec's metadata into that of ImageSharp's images and frames. Texts, repeat counts and delays become PNG metadata too:
/// ImageSharp's other formats take them from there, so that they survive when the image is saved as GIF, PNG or WebP.
/// </summary>
internal static class MetadataReader
{
    private const int MaxPngKeyword = 79;

    /// <summary>Sets the metadata of an image.</summary>
    /// <param name="info">The image as the file describes it, with the metadata that came after the samples too.</param>
    /// <param name="skipMetadata">Whether to set nothing but what says what the image is.</param>
    /// <param name="image">The image's metadata.</param>
    public static void ToImage(ImageInfo info, bool skipMetadata, SharpMetadata image)
    {
        TesseraMetadata own = image.GetTesseraMetadata();
        own.PixelType = PixelLayouts.For(info)?.Type;
        own.BitDepth = info.Format.BitDepth;
        own.FrameCount = info.FrameCount;
        List<MetadataBlock> blocks = [.. info.Metadata.Blocks.Where(b => b.Kind != PixelLayouts.PixelKind)];
        if (blocks.Find(b => b.Kind == MetadataWriter.RepeatKind) is { Data.Length: sizeof(uint) } repeat)
        {
            own.RepeatCount = BinaryPrimitives.ReadUInt32LittleEndian(repeat.Data.Span);
            blocks.Remove(repeat);
        }

        if (own.RepeatCount != 1 || info.FrameCount > 1)
            image.GetPngMetadata().RepeatCount = own.RepeatCount;
        if (skipMetadata)
            return;
        Resolution.Take(blocks).CopyTo(image);
        ProfileSet.Take(blocks).CopyTo(image);
        Add(own.OtherBlocks, blocks);
        foreach (TextEntry text in info.Metadata.Texts)
        {
            own.Texts.Add(text);
            if (!string.IsNullOrWhiteSpace(text.Keyword) && text.Keyword.Length <= MaxPngKeyword)
                image.GetPngMetadata().TextData.Add(new PngTextData(text.Keyword, text.Value, text.Language, text.TranslatedKeyword));
        }
    }

    /// <summary>Sets the metadata of a frame.</summary>
    /// <param name="info">The frame as the file describes it.</param>
    /// <param name="isAnimation">Whether it is one of several.</param>
    /// <param name="skipMetadata">Whether to set nothing but the delay.</param>
    /// <param name="frame">The frame's metadata.</param>
    public static void ToFrame(FrameInfo info, bool isAnimation, bool skipMetadata, ImageFrameMetadata frame)
    {
        TesseraFrameMetadata own = frame.GetTesseraMetadata();
        own.FrameDelay = new(info.DelayNumerator, info.DelayDenominator, simplify: false);
        if (isAnimation)
            frame.GetPngMetadata().FrameDelay = own.FrameDelay;
        if (skipMetadata)
            return;
        List<MetadataBlock> blocks = [.. info.Metadata.Blocks];
        ProfileSet.Take(blocks).CopyTo(frame);
        Add(own.OtherBlocks, blocks);
        foreach (TextEntry text in info.Metadata.Texts)
            own.Texts.Add(text);
    }

    private static void Add(IList<MetadataBlock> others, List<MetadataBlock> blocks)
    {
        foreach (MetadataBlock block in blocks)
            others.Add(block);
    }
}
