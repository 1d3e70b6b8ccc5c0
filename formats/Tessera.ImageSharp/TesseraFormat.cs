using SixLabors.ImageSharp.Formats;

namespace Tessera.ImageSharp;

/// <summary>The Tessera format as ImageSharp knows formats.</summary>
public sealed class TesseraFormat : IImageFormat<TesseraMetadata, TesseraFrameMetadata>
{
    private TesseraFormat()
    {
    }

    /// <summary>The one instance, by which ImageSharp keeps metadata, encoder and decoder.</summary>
    public static TesseraFormat Instance { get; } = new();

    /// <inheritdoc/>
    public string Name => "Tessera";

    /// <inheritdoc/>
    public string DefaultMimeType => "image/x-tessera";

    /// <inheritdoc/>
    public IEnumerable<string> MimeTypes { get; } = ["image/x-tessera"];

    /// <inheritdoc/>
    public IEnumerable<string> FileExtensions { get; } = ["tsra"];

    /// <inheritdoc/>
    public TesseraMetadata CreateDefaultFormatMetadata() => new();

    /// <inheritdoc/>
    public TesseraFrameMetadata CreateDefaultFormatFrameMetadata() => new();
}
