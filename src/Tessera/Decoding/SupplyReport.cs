namespace Tessera;

/// <summary>The supply of a segment whose later tiles are coded with bits back.</summary>
/// <param name="StarterTiles">Tiles of the first run, which needs no supply, and is that of the others.</param>
/// <param name="WastedBits">
/// Bits of the payload that carry nothing: what the final state of its stack lacks to whole words, 0 to 32. Every other bit is one of
/// a sample, since the stack goes on where the starter ended and gives back all that it takes.
/// </param>
/// <param name="Use">How much of the supply was used; null if that was not measured.</param>
public sealed record SupplyReport(int StarterTiles, int WastedBits, SupplyUse? Use);
