namespace Tessera.Exact;

/// <content>Operations that take a value as a matrix: its pixels, row by row, are tokens, and each token is a row of channels.</content>
public sealed partial class GraphBuilder
{
    /// <summary>The most tokens of a list.</summary>
    public const int MaxTokens = 1 << 14;

    /// <summary>The largest power of two that means are multiplied by, as its exponent.</summary>
    public const int MaxMeanBits = 15;

    /// <summary>The largest power of two that the parts of a softmax are multiplied by, as its exponent.</summary>
    public const int MaxSoftmaxBits = 30;

    /// <summary>
    /// Adds a value whose elements are those of another in another order: number i by channel, row and column becomes number i by row,
    /// column and channel.
    /// </summary>
    /// <param name="input">The other.</param>
    /// <param name="inverse">Whether to undo that order instead.</param>
    /// <returns>The value, of the same shape.</returns>
    /// <exception cref="ArgumentException">The value belongs to another graph.</exception>
    public GraphValue Reinterpretation(GraphValue input, bool inverse = false)
    {
        Check(input);
        return Add(new ReinterpretationNode(input, Value(input.Channels, input.Range, input.Extent), inverse));
    }

    /// <summary>Adds a list of tokens that the weights have.</summary>
    /// <param name="name">What its parameter is called: <c>name.values</c>.</param>
    /// <param name="tokens">Tokens, 1 to <see cref="MaxTokens"/>.</param>
    /// <param name="channels">Channels, 1 to <see cref="MaxChannels"/>.</param>
    /// <param name="range">What its elements can be.</param>
    /// <returns>The list.</returns>
    /// <exception cref="ArgumentException">The name is taken, or a value is out of range.</exception>
    public GraphValue Constant(string name, int tokens, int channels, ValueRange range)
    {
        Reserve(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        return Add(new ConstantNode(name, List(tokens, channels, range)));
    }

    /// <summary>Adds the means of groups of consecutive tokens, rounded.</summary>
    /// <param name="input">The tokens. The groups must divide those of a tile that is run.</param>
    /// <param name="groups">How many groups, 1 to <see cref="MaxTokens"/>.</param>
    /// <param name="fractionBits">By which power of two the means are multiplied before they are rounded: 0 to <see cref="MaxMeanBits"/>.</param>
    /// <param name="range">What the result is clamped to.</param>
    /// <returns>A list with a token for each group.</returns>
    /// <exception cref="ArgumentException">The groups do not divide a list's tokens, or a value is out of range.</exception>
    public GraphValue TokenMeans(GraphValue input, int groups, int fractionBits, ValueRange range)
    {
        Check(input);
        CheckBits(fractionBits, MaxMeanBits);
        if (groups > 0 && input.Tokens % groups != 0)
            throw new ArgumentException($"{groups} groups do not divide {Shape(input)}.", nameof(groups));
        return Add(new TokenMeansNode(input, List(groups, input.Channels, range), fractionBits));
    }

    /// <summary>Adds a product of two matrices, requantised with one shift and one multiplier.</summary>
    /// <param name="first">
    /// The matrix A. Its channels are what the sums go over; for <see cref="ProductKind.FirstTransposed"/> its tokens are, and its channels
    /// are the tokens of the result.
    /// </param>
    /// <param name="second">
    /// The matrix B. A list with a token for each channel of A; for <see cref="ProductKind.SecondTransposed"/> a list with the channels of A,
    /// whose tokens are the channels of the result; for <see cref="ProductKind.FirstTransposed"/> a value of A's sides.
    /// </param>
    /// <param name="name">What its parameters are called: <c>name.shift</c>, <c>name.multiplier</c>.</param>
    /// <param name="range">What the result is clamped to.</param>
    /// <param name="kind">Which matrix is transposed.</param>
    /// <returns>The product: a value of A's sides, or a list for <see cref="ProductKind.FirstTransposed"/>.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, the name is taken, or a value is out of range.</exception>
    public GraphValue Product(GraphValue first, GraphValue second, string name, ValueRange range, ProductKind kind = ProductKind.Plain)
    {
        Check(first);
        Check(second);
        bool fits = kind switch
        {
            ProductKind.Plain => second.Tokens == first.Channels,
            ProductKind.SecondTransposed => second.Tokens > 0 && second.Channels == first.Channels,
            ProductKind.FirstTransposed => second.Extent == first.Extent,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such product."),
        };
        if (!fits)
        {
            throw new ArgumentException(
                $"The product '{name}' ({kind}) does not exist for {Shape(first)} and {Shape(second)}: "
                + (kind switch
                {
                    ProductKind.Plain => "the second must be a list with a token for each channel of the first.",
                    ProductKind.SecondTransposed => "the second must be a list with the channels of the first.",
                    _ => "the sides must be the same.",
                }),
                nameof(second));
        }

        Reserve(name);
        GraphValue output = kind switch
        {
            ProductKind.Plain => Value(second.Channels, range, first.Extent),
            ProductKind.SecondTransposed => Value(second.Tokens, range, first.Extent),
            _ => List(first.Channels, second.Channels, range),
        };
        return Add(new ProductNode(name, first, second, output, kind));
    }

    /// <summary>Adds a softmax: each element's exponential, by table, as a part of the sum of all along an axis.</summary>
    /// <param name="input">The exponents: any range; the table has an entry for each distance from the largest element that can be.</param>
    /// <param name="name">What its parameter is called: <c>name.table</c>.</param>
    /// <param name="axis">What the parts add up over.</param>
    /// <param name="fractionBits">By which power of two the parts are multiplied before they are rounded: 0 to <see cref="MaxSoftmaxBits"/>.</param>
    /// <param name="range">What the result is clamped to.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The name is taken, or a value is out of range.</exception>
    public GraphValue Softmax(GraphValue input, string name, SoftmaxAxis axis, int fractionBits, ValueRange range)
    {
        Check(input);
        CheckBits(fractionBits, MaxSoftmaxBits);
        Reserve(name);
        return Add(new SoftmaxNode(name, input, Value(input.Channels, range, input.Extent), axis, fractionBits));
    }

    private static void CheckBits(int fractionBits, int most)
    {
        if (fractionBits < 0 || fractionBits > most)
            throw new ArgumentOutOfRangeException(nameof(fractionBits), fractionBits, $"Fraction bits are 0 to {most}.");
    }

    private GraphValue List(int tokens, int channels, ValueRange range)
    {
        if (tokens is < 1 or > MaxTokens)
            throw new ArgumentOutOfRangeException(nameof(tokens), tokens, $"A list has 1 to {MaxTokens} tokens.");
        return Value(channels, range, new(0, tokens));
    }
}
