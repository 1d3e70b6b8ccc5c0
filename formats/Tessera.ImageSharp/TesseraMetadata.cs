using SixLabors.ImageSharp;

namespace Tessera.ImageSharp;

/// <summary>What a Tessera file says of an image and ImageSharp has no other place for.</summary>
public sealed class TesseraMetadata : IDeepCloneable
{
    /// <summary>Creates metadata of an image that comes from no file.</summary>
    public TesseraMetadata()
    {
    }

    private TesseraMetadata(TesseraMetadata other)
    {
        PixelType = other.PixelType;
        BitDepth = other.BitDepth;
        FrameCount = other.FrameCount;
        RepeatCount = other.RepeatCount;
        Texts = [.. other.Texts];
        OtherBlocks = [.. other.OtherBlocks];
    }

    /// <summary>
    /// The pixel type that the file holds; null for an image that comes from no Tessera file, and for one whose channels no type of
    /// ImageSharp has.
    /// </summary>
    public TesseraPixelType? PixelType { get; internal set; }

    /// <summary>Bits of a sample in the file, 1 to 16; 0 for an image that comes from no Tessera file.</summary>
    public int BitDepth { get; internal set; }

    /// <summary>Frames in the file, which may be more than were loaded; 0 for an image that comes from no Tessera file.</summary>
    public int FrameCount { get; internal set; }

    /// <summary>How often an animation is shown; 0 for ever. The default is 1.</summary>
    public uint RepeatCount { get; set; } = 1;

    /// <summary>The texts, in their order.</summary>
    public IList<TextEntry> Texts { get; private init; } = [];

    /// <summary>
    /// Blocks that have no meaning here and are kept byte for byte, such as those of PNG's chunks ("png:gAMA"). They are stored again,
    /// so that a program that changes what they speak of should remove them.
    /// </summary>
    public IList<MetadataBlock> OtherBlocks { get; private init; } = [];

    /// <inheritdoc/>
    public IDeepCloneable DeepClone() => new TesseraMetadata(this);
}
