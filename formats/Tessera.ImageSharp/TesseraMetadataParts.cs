namespace Tessera.ImageSharp;

/// <summary>Parts of an image's metadata, to choose which to store.</summary>
[Flags]
public enum TesseraMetadataParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>What the colours mean: the ICC profile and the CICP code points.</summary>
    ColorProfiles = 1,

    /// <summary>EXIF.</summary>
    Exif = 1 << 1,

    /// <summary>XMP.</summary>
    Xmp = 1 << 2,

    /// <summary>IPTC.</summary>
    Iptc = 1 << 3,

    /// <summary>Texts.</summary>
    Texts = 1 << 4,

    /// <summary>The resolution.</summary>
    Resolution = 1 << 5,

    /// <summary>Blocks of other formats, such as PNG's gamma.</summary>
    OtherBlocks = 1 << 6,

    /// <summary>All of it.</summary>
    All = ColorProfiles | Exif | Xmp | Iptc | Texts | Resolution | OtherBlocks,
}
