namespace Tessera.Cli.Display;

/// <summary>Counts what each model of a file coded.</summary>
internal static class ModelUse
{
    /// <summary>The model table with the number of tiles that each model coded; a tile whose channels are apart counts for each part.</summary>
    public static IReadOnlyList<ModelUsage> Count(FileReport report)
    {
        long[] tiles = new long[report.Models.Length];
        foreach (SegmentReport segment in report.Segments)
        {
            foreach (var run in segment.Header.Runs)
                tiles[run.ModelIndex] += run.TileCount;
        }

        return [.. report.Models.Select((model, i) => new ModelUsage(model, tiles[i]))];
    }
}
