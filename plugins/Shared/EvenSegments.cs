namespace Tessera.Models;

/// <summary>Cuts bands into segments of about one length.</summary>
internal static class EvenSegments
{
    /// <summary>The tile counts of as few segments as have a number of tiles at the most.</summary>
    public static IReadOnlyList<int> Of(TileRun band, int most)
    {
        ArgumentNullException.ThrowIfNull(band);
        int tiles = band.Tiles.Length, segments = (tiles + most - 1) / most;
        return [.. Enumerable.Range(0, segments).Select(i => (tiles * (i + 1) / segments) - (tiles * i / segments))];
    }
}
