using System.Collections.Immutable;
using Tessera.Container;

namespace Tessera;

/// <summary>Which of a plan's models a file names, in the order in which it names them.</summary>
/// <param name="Used">Their places in the plan, rising.</param>
internal sealed record ModelTable(ImmutableArray<int> Used)
{
    /// <summary>All of them.</summary>
    public static ModelTable All(int models) => new([.. Enumerable.Range(0, models)]);

    /// <summary>A segment's header with places in the file's table instead of the plan's.</summary>
    public SegmentHeader Renumber(SegmentHeader header) =>
        header with { Runs = [.. header.Runs.Select(run => run with { ModelIndex = Used.BinarySearch(run.ModelIndex) })] };
}
