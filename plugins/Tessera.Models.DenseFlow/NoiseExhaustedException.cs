namespace Tessera.Models.DenseFlow;

/// <summary>The stack of noise holds too few bits for a block: more must be moved to it before.</summary>
internal sealed class NoiseExhaustedException(Exception inner) : Exception("The stack of noise runs dry.", inner);
