using Tessera.Container;

namespace Tessera;

/// <summary>What a file says of itself before its first segment.</summary>
/// <param name="Info">The image, with the metadata that come before its samples.</param>
/// <param name="Header">The header, with the model table.</param>
public sealed record TesseraFileInfo(ImageInfo Info, ContainerHeader Header)
{
    /// <summary>How the image is cut.</summary>
    public TileGrid Grid => ContainerMapping.ToGrid(Header);

    /// <summary>The models that decode it.</summary>
    public IEnumerable<ModelIdentity> Models => Header.Models.Select(ContainerMapping.ToIdentity);
}
