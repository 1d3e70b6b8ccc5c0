namespace Tessera.Models;

/// <summary>
/// What a network codes at once: the tiles of a run, those cut that are larger than <see cref="MaxSide"/>, so that no tiling needs more memory
/// than so large a tile does.
/// </summary>
internal static class TileBlocks
{
    /// <summary>Rows and columns of a block at the most.</summary>
    public const int MaxSide = 256;

    /// <summary>Lists the blocks of a run in coding order.</summary>
    /// <param name="tiles">The run.</param>
    /// <param name="blocks">Takes the blocks, instead of what it held.</param>
    public static void List(TileRun tiles, List<PixelRectangle> blocks)
    {
        blocks.Clear();
        foreach (PixelRectangle tile in tiles.Tiles)
        {
            for (int y = 0; y < tile.Height; y += MaxSide)
            {
                for (int x = 0; x < tile.Width; x += MaxSide)
                    blocks.Add(new(tile.X + x, tile.Y + y, Math.Min(MaxSide, tile.Width - x), Math.Min(MaxSide, tile.Height - y)));
            }
        }
    }
}
