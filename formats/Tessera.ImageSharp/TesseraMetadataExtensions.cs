using System.Diagnostics.CodeAnalysis;
using SixLabors.ImageSharp.Metadata;

namespace Tessera.ImageSharp;

/// <summary>Finds the Tessera metadata of images and frames.</summary>
public static class TesseraMetadataExtensions
{
    /// <summary>
    /// Gets the Tessera metadata of an image. One that has none gets it now, with the texts of its PNG metadata and the repeat count of
    /// its PNG, GIF or WebP metadata.
    /// </summary>
    /// <param name="metadata">The image's metadata.</param>
    /// <returns>The Tessera metadata; changes to it are changes of the image.</returns>
    public static TesseraMetadata GetTesseraMetadata(this SharpMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (metadata.TryGetTesseraMetadata(out TesseraMetadata? found))
            return found;
        TesseraMetadata created = metadata.GetFormatMetadata(TesseraFormat.Instance);
        ForeignMetadata.CopyTo(created, metadata);
        return created;
    }

    /// <summary>Gets the Tessera metadata of an image, if it has any.</summary>
    /// <param name="metadata">The image's metadata.</param>
    /// <param name="found">The Tessera metadata; changes to it are changes of the image.</param>
    /// <returns>Whether there are any.</returns>
    public static bool TryGetTesseraMetadata(this SharpMetadata metadata, [NotNullWhen(true)] out TesseraMetadata? found)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.TryGetFormatMetadata(TesseraFormat.Instance, out found);
    }

    /// <summary>
    /// Gets the Tessera metadata of a frame. One that has none gets it now, with the delay of its PNG, GIF or WebP metadata.
    /// </summary>
    /// <param name="metadata">The frame's metadata.</param>
    /// <returns>The Tessera metadata; changes to it are changes of the frame.</returns>
    public static TesseraFrameMetadata GetTesseraMetadata(this ImageFrameMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (metadata.TryGetTesseraMetadata(out TesseraFrameMetadata? found))
            return found;
        TesseraFrameMetadata created = metadata.GetFormatMetadata(TesseraFormat.Instance);
        ForeignMetadata.CopyTo(created, metadata);
        return created;
    }

    /// <summary>Gets the Tessera metadata of a frame, if it has any.</summary>
    /// <param name="metadata">The frame's metadata.</param>
    /// <param name="found">The Tessera metadata; changes to it are changes of the frame.</param>
    /// <returns>Whether there are any.</returns>
    public static bool TryGetTesseraMetadata(this ImageFrameMetadata metadata, [NotNullWhen(true)] out TesseraFrameMetadata? found)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.TryGetFormatMetadata(TesseraFormat.Instance, out found);
    }
}
