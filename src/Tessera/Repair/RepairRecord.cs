using System.Collections.Immutable;
using Tessera.Container;

namespace Tessera;

/// <summary>What a repaired file says of itself to be lost (<see cref="LostTilesContent"/>).</summary>
public static class RepairRecord
{
    /// <summary>Reads it.</summary>
    /// <param name="header">The file's header.</param>
    /// <param name="metadata">The image's metadata.</param>
    /// <returns>What was lost before the file was repaired, in order; nothing for a file that never was.</returns>
    /// <exception cref="TesseraFormatException">There is such a block of metadata, and it is not valid.</exception>
    public static ImmutableArray<LostRange> Read(ContainerHeader header, ImageMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.Find(LostTilesContent.Kind) is { } block ? LostTilesContent.Parse(block.Data.Span, header).Ranges : [];
    }

    /// <summary>Puts a record into metadata, in the place of one that is there.</summary>
    internal static ImageMetadata Write(ContainerHeader header, ImageMetadata metadata, ImmutableArray<LostRange> lost)
    {
        ImmutableArray<MetadataBlock> others = metadata.Blocks.RemoveAll(b => b.Kind == LostTilesContent.Kind);
        return metadata with
        {
            Blocks = lost.IsEmpty ? others : others.Add(new(LostTilesContent.Kind, new LostTilesContent(lost).ToData(header))),
        };
    }

    /// <summary>Joins what is lost now and what was before: in order, and without what another range holds.</summary>
    internal static ImmutableArray<LostRange> Join(IEnumerable<LostRange> ranges)
    {
        var joined = new List<LostRange>();
        foreach (LostRange range in ranges.OrderBy(r => r.FirstTile).ThenBy(r => r.FirstChannel).ThenByDescending(r => r.TileCount).ThenByDescending(r => r.ChannelCount))
        {
            // Where two begin at the same place, neither of which holds the other, one with the tiles of the longer and the channels of both says too much rather than too little.
            if (joined.Count > 0 && joined[^1] is var last && (last.FirstTile, last.FirstChannel) == (range.FirstTile, range.FirstChannel))
                joined[^1] = last with { ChannelCount = Math.Max(last.ChannelCount, range.ChannelCount) };
            else if (!joined.Exists(j => Holds(j, range)))
                joined.Add(range);
        }

        return [.. joined];
    }

    private static bool Holds(LostRange outer, LostRange inner) =>
        outer.FirstTile <= inner.FirstTile && inner.FirstTile + inner.TileCount <= outer.FirstTile + outer.TileCount
        && outer.FirstChannel <= inner.FirstChannel && inner.FirstChannel + inner.ChannelCount <= outer.FirstChannel + outer.ChannelCount;
}
