using System.Collections.Immutable;

namespace Tessera;

/// <summary>A text that travels with an image, as in PNG's tEXt and iTXt.</summary>
/// <param name="Keyword">What the text is, such as "Title" or "Author".</param>
/// <param name="Value">The text.</param>
/// <param name="Language">An RFC 3066 language tag, or empty.</param>
/// <param name="TranslatedKeyword">The keyword in that language, or empty.</param>
public sealed record TextEntry(string Keyword, string Value, string Language = "", string TranslatedKeyword = "");

/// <summary>A block of metadata that is kept byte for byte.</summary>
/// <param name="Kind">
/// What it is: one of <see cref="MetadataKinds"/>, or a name of the form "format:name" that only that format understands, such as
/// "png:gAMA".
/// </param>
/// <param name="Data">The bytes, never interpreted.</param>
public sealed record MetadataBlock(string Kind, ReadOnlyMemory<byte> Data)
{
    /// <summary>Compares kind and bytes.</summary>
    /// <param name="other">The other block.</param>
    /// <returns>Whether both are equal.</returns>
    public bool Equals(MetadataBlock? other) => other is not null && Kind == other.Kind && Data.Span.SequenceEqual(other.Data.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Data.Length);
}

/// <summary>The kinds of metadata that every format may understand.</summary>
public static class MetadataKinds
{
    /// <summary>An ICC colour profile.</summary>
    public const string Icc = "icc";

    /// <summary>EXIF, from the TIFF header on.</summary>
    public const string Exif = "exif";

    /// <summary>An XMP packet, UTF-8.</summary>
    public const string Xmp = "xmp";

    /// <summary>IPTC-IIM records.</summary>
    public const string Iptc = "iptc";
}

/// <summary>Profiles and texts of an image or a frame, in the order in which they were found.</summary>
public sealed record ImageMetadata
{
    /// <summary>No metadata.</summary>
    public static ImageMetadata Empty { get; } = new();

    /// <summary>Binary blocks.</summary>
    public ImmutableArray<MetadataBlock> Blocks { get; init; } = [];

    /// <summary>Texts.</summary>
    public ImmutableArray<TextEntry> Texts { get; init; } = [];

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => Blocks.IsEmpty && Texts.IsEmpty;

    /// <summary>Finds the first block of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The block, or null.</returns>
    public MetadataBlock? Find(string kind) => Blocks.FirstOrDefault(b => b.Kind == kind);

    /// <summary>Joins two.</summary>
    /// <param name="other">What comes after this.</param>
    /// <returns>Both.</returns>
    public ImageMetadata Append(ImageMetadata other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.IsEmpty ? this : IsEmpty ? other : new() { Blocks = Blocks.AddRange(other.Blocks), Texts = Texts.AddRange(other.Texts) };
    }

    /// <summary>Compares block by block and text by text.</summary>
    /// <param name="other">The other metadata.</param>
    /// <returns>Whether both are equal.</returns>
    public bool Equals(ImageMetadata? other) => other is not null && Blocks.SequenceEqual(other.Blocks) && Texts.SequenceEqual(other.Texts);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Blocks.Length, Texts.Length);
}

/// <summary>What is particular to one frame.</summary>
/// <param name="DelayNumerator">How long the frame is shown, in seconds: the numerator. 0 over 1 where it does not matter.</param>
/// <param name="DelayDenominator">The denominator, at least 1.</param>
public sealed record FrameInfo(uint DelayNumerator = 0, uint DelayDenominator = 1)
{
    /// <summary>A frame without a delay or metadata.</summary>
    public static FrameInfo Default { get; } = new();

    /// <summary>Profiles and texts of this frame.</summary>
    public ImageMetadata Metadata { get; init; } = ImageMetadata.Empty;
}
