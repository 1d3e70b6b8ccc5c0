using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Png.Chunks;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Metadata;

namespace Tessera.ImageSharp;

/// <summary>What ImageSharp's other formats know of texts, repeat counts and delays.</summary>
internal static class ForeignMetadata
{
    /// <summary>Copies texts and the repeat count.</summary>
    public static void CopyTo(TesseraMetadata own, SharpMetadata image)
    {
        if (image.TryGetPngMetadata(out PngMetadata? png))
        {
            own.RepeatCount = png.RepeatCount;
            foreach (PngTextData text in png.TextData)
                own.Texts.Add(new(text.Keyword, text.Value ?? "", text.LanguageTag ?? "", text.TranslatedKeyword ?? ""));
        }
        else if (image.TryGetGifMetadata(out GifMetadata? gif))
        {
            own.RepeatCount = gif.RepeatCount;
        }
        else if (image.TryGetWebpMetadata(out WebpMetadata? webp))
        {
            own.RepeatCount = webp.RepeatCount;
        }
    }

    /// <summary>Copies the delay.</summary>
    public static void CopyTo(TesseraFrameMetadata own, ImageFrameMetadata frame)
    {
        if (frame.TryGetPngMetadata(out PngFrameMetadata? png))
            own.FrameDelay = png.FrameDelay;
        else if (frame.TryGetGifMetadata(out GifFrameMetadata? gif))
            own.FrameDelay = new((uint)Math.Max(0, gif.FrameDelay), 100);
        else if (frame.TryGetWebpFrameMetadata(out WebpFrameMetadata? webp))
            own.FrameDelay = new(webp.FrameDelay, 1000);
    }
}
