namespace Tessera.TorchSharp;

/// <summary>Sums over a tile are exact up to these numbers of elements (<c>spec/arithmetic.md</c>, sections 6 and 7).</summary>
internal static class TokenLimits
{
    public const int MaxTokens = 1 << 20;

    private const int MaxGroupElements = 1 << 20;

    /// <exception cref="ArgumentException">There are too many tokens.</exception>
    public static void CheckTokens(long tokens, string kind, string name)
    {
        if (tokens > MaxTokens)
            throw new ArgumentException($"A tile has {tokens} tokens for the {kind} '{name}'; {MaxTokens} are allowed.");
    }

    /// <exception cref="ArgumentException">There are too many elements.</exception>
    public static void CheckGroup(long elements, string name)
    {
        if (elements > MaxGroupElements)
            throw new ArgumentException($"A group of the normalisation '{name}' has {elements} elements in a tile; {MaxGroupElements} are allowed.");
    }
}
