using System.Collections.Immutable;

namespace Tessera;

/// <summary>What a model did in a file.</summary>
/// <param name="Model">The model.</param>
/// <param name="Tiles">Tiles that it coded.</param>
public sealed record ModelUsage(ModelIdentity Model, long Tiles);

/// <summary>What encoding made.</summary>
public sealed record EncodeSummary
{
    /// <summary>The image.</summary>
    public required ImageInfo Info { get; init; }

    /// <summary>How it was cut.</summary>
    public required TileGrid Grid { get; init; }

    /// <summary>Segments written.</summary>
    public required long SegmentCount { get; init; }

    /// <summary>Bytes written, all told.</summary>
    public required long ByteCount { get; init; }

    /// <summary>The models of the file's model table, with what each did.</summary>
    public required ImmutableArray<ModelUsage> Models { get; init; }

    /// <summary>Bits of the file per sample of the image.</summary>
    public double BitsPerSubpixel => ByteCount * 8.0 / ((double)Info.Width * Info.Height * Info.FrameCount * Info.Format.Channels);
}
