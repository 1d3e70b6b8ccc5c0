using Tessera.Container;

namespace Tessera;

/// <summary>Between the container's terms and those of images and models.</summary>
internal static class ContainerMapping
{
    private static readonly (string Kind, ChunkType Type)[] MetadataTypes =
    [
        (MetadataKinds.Icc, ChunkType.Icc),
        (MetadataKinds.Exif, ChunkType.Exif),
        (MetadataKinds.Xmp, ChunkType.Xmp),
        (MetadataKinds.Iptc, ChunkType.Iptc),
    ];

    /// <summary>The chunk type of a kind of metadata, or null where it has none of its own.</summary>
    public static ChunkType? ToChunkType(string kind) => Array.Find(MetadataTypes, m => m.Kind == kind) is { Kind: not null } found ? found.Type : null;

    /// <summary>The kind of metadata that a chunk type stands for, or null.</summary>
    public static string? ToMetadataKind(ChunkType type) => Array.Find(MetadataTypes, m => m.Type == type).Kind;

    public static ContainerHeader ToHeader(EncodePlan plan, IEnumerable<int> models) => new()
    {
        Width = plan.Info.Width,
        Height = plan.Info.Height,
        Channels = plan.Info.Format.Channels,
        BitDepth = plan.Info.Format.BitDepth,
        AlphaKind = (int)plan.Info.Format.Alpha,
        TileSize = plan.Grid.TileSize,
        BandRows = plan.Grid.BandRows,
        FrameCount = plan.Info.FrameCount,
        WhiteLevel = plan.Info.WhiteLevel,
        Models = [.. models.Select(i => plan.Models[i].Identity).Select(ToReference)],
    };

    public static SampleFormat ToFormat(ContainerHeader header) => new(header.Channels, header.BitDepth, (AlphaKind)header.AlphaKind);

    public static TileGrid ToGrid(ContainerHeader header) => new(header.Width, header.Height, header.FrameCount, header.TileSize, header.BandRows);

    public static ModelReference ToReference(ModelIdentity model) => new(model.Id, model.Version, model.WeightsHash);

    public static ModelIdentity ToIdentity(ModelReference model) => new(model.Id, model.Version, model.WeightsHash);

    public static ImageInfo ToInfo(ContainerHeader header, ImageMetadata metadata) => new(header.Width, header.Height, ToFormat(header))
    {
        WhiteLevel = header.WhiteLevel,
        FrameCount = header.FrameCount,
        Metadata = metadata,
    };
}
