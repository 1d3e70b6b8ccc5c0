using System.Text;

namespace Tessera.Cli.Display;

/// <summary>Says in one line what recovery could not save.</summary>
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
            text.Append($" Bytes {bytes.Offset} to {bytes.Offset + bytes.Length - 1}: {bytes.Reason}");
        int more = Math.Max(0, summary.LostTiles.Length - Shown) + Math.Max(0, summary.DamagedBytes.Length - Shown);
        return more == 0 ? text.ToString() : text.Append($" And {more} more.").ToString();
    }

    private static long TileCount(DecodeSummary summary) => new TileGrid(
        summary.Info.Width, summary.Info.Height, summary.Info.FrameCount, summary.Header.TileSize, summary.Header.BandRows).TileCount;
}
