namespace Tessera.Exact;

/// <summary>
/// A value of a graph: for each tile an array of integers with a row, a column and a channel. Made by <see cref="GraphBuilder"/>.
/// </summary>
public sealed class GraphValue
{
    internal GraphValue(GraphBuilder builder, int index, int channels, ValueRange range, Extent extent)
    {
        Builder = builder;
        Index = index;
        Channels = channels;
        Range = range;
        Extent = extent;
    }

    /// <summary>Its place among the graph's nodes.</summary>
    public int Index { get; }

    /// <summary>Channels, at least 1.</summary>
    public int Channels { get; }

    /// <summary>What its elements can be.</summary>
    public ValueRange Range { get; }

    /// <summary>How often both sides have been halved, from the tile on; negative if it has twice the tile's sides. 0 if it is a list.</summary>
    public int Halvings => Extent.Halvings;

    /// <summary>0, or how many columns its only row has, whatever the tile's sides are: then the value is a <em>list</em> of so many tokens.</summary>
    public int Tokens => Extent.Tokens;

    internal Extent Extent { get; }

    internal GraphBuilder Builder { get; }

    /// <summary>The rows and columns of the value for a tile.</summary>
    /// <param name="tileHeight">Rows of the tile.</param>
    /// <param name="tileWidth">Columns of the tile.</param>
    /// <returns>Those of the value.</returns>
    public (int Height, int Width) Sides(int tileHeight, int tileWidth) => Extent.Sides(tileHeight, tileWidth);
}
