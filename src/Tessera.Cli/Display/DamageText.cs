using System.Collections.Immutable;
using System.Text;
using Tessera.Container;

namespace Tessera.Cli.Display;

/// <summary>Says in one line what recovery could not save, or what a repaired file has lost.</summary>
internal static class DamageText
{
    private const int Shown = 3;

    public static string Describe(DecodeSummary summary)
    {
        var text = new StringBuilder();
        long lost = summary.LostTiles.Sum(t => t.TileCount);
        text.Append(lost == 0 ? "The file is damaged, and no tile is lost." : $"The file is damaged: {lost} of {TileCount(summary)} tiles are lost.");
        foreach (LostTiles tiles in summary.LostTiles.Take(Shown))
            text.Append(tiles.TileCount == 1 ? $" Tile {tiles.FirstTile}: {tiles.Reason}" : $" Tiles {tiles.FirstTile} to {tiles.FirstTile + tiles.TileCount - 1}: {tiles.Reason}");
        foreach (DamagedBytes bytes in summary.DamagedBytes.Take(Shown))
            text.Append($" {Where(bytes)}: {bytes.Reason}");
        int more = Math.Max(0, summary.LostTiles.Length - Shown) + Math.Max(0, summary.DamagedBytes.Length - Shown);
        return more == 0 ? text.ToString() : text.Append($" And {more} more.").ToString();
    }

    /// <summary>Which bytes are damaged; where something is missing, at which byte.</summary>
    public static string Where(DamagedBytes bytes) => bytes.Length == 0 ? $"At byte {bytes.Offset}" : $"Bytes {bytes.Offset} to {bytes.Offset + bytes.Length - 1}";

    /// <summary>What a repaired file has lost; empty for a file that never was repaired.</summary>
    public static string DescribeLost(DecodeSummary summary) => DescribeLost(summary.Header, RepairRecord.Read(summary.Header, summary.Info.Metadata));

    /// <summary>What a repaired file has lost; empty for a file that never was repaired.</summary>
    public static string DescribeLost(ContainerHeader header, ImmutableArray<LostRange> lost)
    {
        if (lost.IsEmpty)
            return "";
        IEnumerable<string> shown = lost.Take(Shown).Select(Describe);
        string more = lost.Length > Shown ? $" and {lost.Length - Shown} more" : "";
        return $"repaired, with {CountTiles(lost)} of {header.TileCount} tiles lost: {string.Join(", ", shown)}{more}";

        string Describe(LostRange range)
        {
            string tiles = range.TileCount == 1 ? $"{range.FirstTile}" : $"{range.FirstTile} to {range.FirstTile + range.TileCount - 1}";
            return range.ChannelCount == header.Channels ? tiles : $"{tiles} (channels {range.FirstChannel} to {range.FirstChannel + range.ChannelCount - 1})";
        }
    }

    // Ranges of several channels may hold the same tiles.
    private static long CountTiles(ImmutableArray<LostRange> lost)
    {
        long count = 0, end = 0;
        foreach (LostRange range in lost)
        {
            count += Math.Max(0, range.FirstTile + range.TileCount - Math.Max(end, range.FirstTile));
            end = Math.Max(end, range.FirstTile + range.TileCount);
        }

        return count;
    }

    private static long TileCount(DecodeSummary summary) => new TileGrid(
        summary.Info.Width, summary.Info.Height, summary.Info.FrameCount, summary.Header.TileSize, summary.Header.BandRows).TileCount;
}
