using System.Collections.Immutable;
using Tessera.Container;

namespace Tessera;

/// <summary>What a repair found and did.</summary>
public sealed record RepairSummary
{
    /// <summary>What decoding the file with recovery found: what is lost for the first time, and which bytes are damaged.</summary>
    public required DecodeSummary Found { get; init; }

    /// <summary>All that the repaired file says to be lost, what was lost in earlier repairs included.</summary>
    public required ImmutableArray<LostRange> Lost { get; init; }

    /// <summary>Segments that were copied as they are.</summary>
    public required long CopiedSegmentCount { get; init; }

    /// <summary>Segments of zeros that were put in the place of what is lost.</summary>
    public required long FilledSegmentCount { get; init; }

    /// <summary>Bytes of the repaired file.</summary>
    public required long ByteCount { get; init; }
}
