namespace Tessera.Exact;

/// <summary>
/// A value of a graph: for each tile an array of integers with a row, a column and a channel. Made by <see cref="GraphBuilder"/>.
/// </summary>
public sealed class GraphValue
{
    internal GraphValue(GraphBuilder builder, int index, int channels, ValueRange range, int halvings)
    {
        Builder = builder;
        Index = index;
        Channels = channels;
        Range = range;
        Halvings = halvings;
    }

    /// <summary>Its place among the graph's nodes.</summary>
    public int Index { get; }

    /// <summary>Channels, at least 1.</summary>
    public int Channels { get; }

    /// <summary>What its elements can be.</summary>
    public ValueRange Range { get; }

    /// <summary>How often both sides have been halved, from the tile on; negative if it has twice the tile's sides.</summary>
    public int Halvings { get; }

    internal GraphBuilder Builder { get; }
}
