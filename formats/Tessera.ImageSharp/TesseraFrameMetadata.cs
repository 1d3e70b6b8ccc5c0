using SixLabors.ImageSharp;

namespace Tessera.ImageSharp;

/// <summary>What a Tessera file says of a frame and ImageSharp has no other place for.</summary>
public sealed class TesseraFrameMetadata : IDeepCloneable
{
    /// <summary>Creates metadata of a frame that comes from no file.</summary>
    public TesseraFrameMetadata()
    {
    }

    private TesseraFrameMetadata(TesseraFrameMetadata other)
    {
        FrameDelay = other.FrameDelay;
        Texts = [.. other.Texts];
        OtherBlocks = [.. other.OtherBlocks];
    }

    /// <summary>
    /// How long the frame is shown, in seconds. The default is 0, and so is what has 0 for both parts. An encoder refuses any other delay
    /// with a denominator of 0.
    /// </summary>
    public Rational FrameDelay { get; set; } = new(0, 1);

    /// <inheritdoc cref="TesseraMetadata.Texts"/>
    public IList<TextEntry> Texts { get; private init; } = [];

    /// <inheritdoc cref="TesseraMetadata.OtherBlocks"/>
    public IList<MetadataBlock> OtherBlocks { get; private init; } = [];

    /// <inheritdoc/>
    public IDeepCloneable DeepClone() => new TesseraFrameMetadata(this);
}
