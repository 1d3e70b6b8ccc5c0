using System.Collections.Immutable;
using Tessera.Container;

namespace Tessera;

/// <summary>Tiles that could not be decoded. Their samples are 0.</summary>
/// <param name="FirstTile">The first tile's number.</param>
/// <param name="TileCount">How many tiles.</param>
/// <param name="FirstChannel">The first of their channels that is lost.</param>
/// <param name="ChannelCount">How many channels are lost.</param>
/// <param name="Reason">Why, and at which byte where that is known.</param>
public sealed record LostTiles(long FirstTile, long TileCount, int FirstChannel, int ChannelCount, string Reason);

/// <summary>Bytes of a file that could not be understood.</summary>
/// <param name="Offset">Where they begin.</param>
/// <param name="Length">How many they are.</param>
/// <param name="Reason">What is wrong with them.</param>
public sealed record DamagedBytes(long Offset, long Length, string Reason);

/// <summary>What decoding found.</summary>
public sealed record DecodeSummary
{
    /// <summary>The image, with the metadata that came before its samples.</summary>
    public required ImageInfo Info { get; init; }

    /// <summary>The header of the file.</summary>
    public required ContainerHeader Header { get; init; }

    /// <summary>Segments decoded.</summary>
    public required long SegmentCount { get; init; }

    /// <summary>Tiles that are lost, in order. Always empty without recovery.</summary>
    public required ImmutableArray<LostTiles> LostTiles { get; init; }

    /// <summary>Damaged parts of the file, in order. Always empty without recovery.</summary>
    public required ImmutableArray<DamagedBytes> DamagedBytes { get; init; }

    /// <summary>Whether nothing is damaged.</summary>
    public bool IsWhole => LostTiles.IsEmpty && DamagedBytes.IsEmpty;
}
