namespace Tessera.Cli.Display;

/// <summary>The supplies of a file's segments, taken together.</summary>
/// <param name="Segments">Segments that have one.</param>
/// <param name="StarterTiles">Tiles that a starter coded.</param>
/// <param name="WastedBits">Bits that carry nothing.</param>
/// <param name="Bytes">Bytes of the supplies that were measured.</param>
/// <param name="UsedBytes">Bytes of these that were popped.</param>
internal sealed record SupplyTotals(int Segments, long StarterTiles, long WastedBits, long Bytes, long UsedBytes)
{
    /// <summary>Sums up; null if no segment has a supply.</summary>
    public static SupplyTotals? Of(FileReport report)
    {
        SupplyReport[] supplies = [.. report.Segments.Select(s => s.Supply).OfType<SupplyReport>()];
        return supplies.Length == 0
            ? null
            : new(
                supplies.Length,
                supplies.Sum(s => (long)s.StarterTiles),
                supplies.Sum(s => (long)s.WastedBits),
                supplies.Sum(s => s.Use?.ByteCount ?? 0L),
                supplies.Sum(s => s.Use?.UsedByteCount ?? 0L));
    }
}
