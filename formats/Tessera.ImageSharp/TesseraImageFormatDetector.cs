using System.Diagnostics.CodeAnalysis;
using SixLabors.ImageSharp.Formats;
using Tessera.Container;

namespace Tessera.ImageSharp;

/// <summary>Tells Tessera files by their first six bytes.</summary>
public sealed class TesseraImageFormatDetector : IImageFormatDetector
{
    /// <inheritdoc/>
    public int HeaderSize => ContainerFormat.Signature.Length;

    /// <inheritdoc/>
    public bool TryDetectFormat(ReadOnlySpan<byte> header, [NotNullWhen(true)] out IImageFormat? format)
    {
        format = header.StartsWith(ContainerFormat.Signature) ? TesseraFormat.Instance : null;
        return format is not null;
    }
}
