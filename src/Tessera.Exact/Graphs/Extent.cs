namespace Tessera.Exact;

/// <summary>What the sides of a value are, in terms of those of the tile.</summary>
/// <param name="Halvings">How often the tile's sides are halved; negative if they are doubled.</param>
/// <param name="Tokens">0, or the columns of the only row, whatever the tile's sides are.</param>
internal readonly record struct Extent(int Halvings, int Tokens)
{
    public (int Height, int Width) Sides(int height, int width)
    {
        if (Tokens > 0)
            return (1, Tokens);
        return Halvings < 0 ? (height << -Halvings, width << -Halvings) : (height >> Halvings, width >> Halvings);
    }

    public override string ToString() => Tokens > 0 ? $"of {Tokens} tokens" : $"at 1/{Math.Pow(2, Halvings)} of a tile's sides";
}
