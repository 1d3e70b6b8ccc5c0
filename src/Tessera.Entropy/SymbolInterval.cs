namespace Tessera.Entropy;

/// <summary>The slots that belong to a symbol.</summary>
/// <param name="Start">The first slot: the sum of the frequencies of the symbols before it.</param>
/// <param name="Frequency">The number of slots, at least 1.</param>
public readonly record struct SymbolInterval(uint Start, uint Frequency);
