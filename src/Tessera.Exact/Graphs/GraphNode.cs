using System.Collections.Immutable;

namespace Tessera.Exact;

/// <summary>What lies beyond the edge of a tile.</summary>
public enum Padding
{
    /// <summary>Zeros.</summary>
    Zero,

    /// <summary>The nearest element of the tile.</summary>
    Replicate,
}

/// <summary>One operation of a graph. <c>spec/arithmetic.md</c> defines each to the bit.</summary>
/// <param name="Inputs">What it works on.</param>
/// <param name="Output">What it makes.</param>
public abstract record GraphNode(ImmutableArray<GraphValue> Inputs, GraphValue Output);

/// <summary>What a run is given.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Output">The value.</param>
public sealed record InputNode(string Name, GraphValue Output) : GraphNode([], Output);

/// <summary>
/// A convolution of stride 1 that keeps the size, requantised: rounded shift, saturation to 16 bits, rounded product, clamp. A kernel of
/// 1 is a linear layer of each pixel.
/// </summary>
/// <param name="Name">What its parameters' names begin with.</param>
/// <param name="Input">Elements of magnitude up to <see cref="ValueRange.ConvolutionLimit"/>.</param>
/// <param name="Output">The value.</param>
/// <param name="Kernel">Rows and columns of the kernel, odd.</param>
/// <param name="Padding">What lies beyond the edges.</param>
public sealed record ConvolutionNode(string Name, GraphValue Input, GraphValue Output, int Kernel, Padding Padding) : GraphNode([Input], Output);

/// <summary>A function of one variable, by table.</summary>
/// <param name="Name">What its parameter's name begins with.</param>
/// <param name="Input">The arguments.</param>
/// <param name="Output">The value.</param>
/// <param name="IsMonotone">Whether the table must not fall.</param>
public sealed record TableNode(string Name, GraphValue Input, GraphValue Output, bool IsMonotone) : GraphNode([Input], Output);

/// <summary>What becomes of a sum that is out of range.</summary>
public enum SumKind
{
    /// <summary>The nearest number in the range.</summary>
    Clamped,

    /// <summary>Its lowest 16 bits, signed: two such values can always be told apart again.</summary>
    Wrapped,

    /// <summary>The same of the difference, which undoes <see cref="Wrapped"/>.</summary>
    WrappedDifference,

    /// <summary>The number in the range that is nearest to the difference.</summary>
    ClampedDifference,
}

/// <summary>A sum or a difference of two values.</summary>
/// <param name="First">The one.</param>
/// <param name="Second">The other, of the same shape.</param>
/// <param name="Output">The result.</param>
/// <param name="Kind">Sum or difference, and what becomes of results that are out of range.</param>
public sealed record AddNode(GraphValue First, GraphValue Second, GraphValue Output, SumKind Kind) : GraphNode([First, Second], Output);

/// <summary>A value whose elements are brought into a range.</summary>
/// <param name="Input">The value.</param>
/// <param name="Output">The nearest elements in its own range.</param>
public sealed record ClampNode(GraphValue Input, GraphValue Output) : GraphNode([Input], Output);

/// <summary>The channels of several values, one after the other.</summary>
/// <param name="Inputs">The values.</param>
/// <param name="Output">All of their channels.</param>
public sealed record ConcatenationNode(ImmutableArray<GraphValue> Inputs, GraphValue Output) : GraphNode(Inputs, Output);

/// <summary>Some consecutive channels of a value.</summary>
/// <param name="Input">The value.</param>
/// <param name="Output">The channels.</param>
/// <param name="First">The first of them.</param>
public sealed record SliceNode(GraphValue Input, GraphValue Output, int First) : GraphNode([Input], Output);

/// <summary>The channels of a value in another order: channel i of the output is the channel that entry i of the order names.</summary>
/// <param name="Name">What its parameter's name begins with, or null if the graph itself has the order.</param>
/// <param name="Order">The order, if the graph has it.</param>
/// <param name="Input">The value.</param>
/// <param name="Output">The reordered value.</param>
/// <param name="IsInverse">Whether it undoes that order instead: channel i goes to where entry i says it came from.</param>
public sealed record PermutationNode(string? Name, ImmutableArray<int> Order, GraphValue Input, GraphValue Output, bool IsInverse) : GraphNode([Input], Output);

/// <summary>Blocks of 2 x 2 pixels become the channels of one: output channel 4c + 2 dy + dx is channel c at row dy, column dx of the block.</summary>
/// <param name="Input">The value.</param>
/// <param name="Output">Half its sides, four times its channels.</param>
public sealed record SpaceToDepthNode(GraphValue Input, GraphValue Output) : GraphNode([Input], Output);

/// <summary>The inverse of <see cref="SpaceToDepthNode"/>.</summary>
/// <param name="Input">The value.</param>
/// <param name="Output">Twice its sides, a quarter of its channels.</param>
public sealed record DepthToSpaceNode(GraphValue Input, GraphValue Output) : GraphNode([Input], Output);

/// <summary>
/// Group normalisation (Wu and He, "Group normalization", arXiv 1803.08494) in integers: each group of channels of each tile gets the mean
/// 0 and the deviation 256, then each channel its gain and offset.
/// </summary>
/// <param name="Name">What its parameters' names begin with.</param>
/// <param name="Input">The value.</param>
/// <param name="Output">The normalised value.</param>
/// <param name="Groups">Groups of consecutive channels; they divide the channels.</param>
public sealed record NormalizationNode(string Name, GraphValue Input, GraphValue Output, int Groups) : GraphNode([Input], Output);

/// <summary>
/// The same elements in another order: number i of the input, by channel, row and column, is number i of the output, by row, column and
/// channel. A token of the output is thus a run of elements of one channel, or of a few.
/// </summary>
/// <param name="Input">The value.</param>
/// <param name="Output">A value of its shape.</param>
/// <param name="IsInverse">Whether it undoes that order instead.</param>
public sealed record ReinterpretationNode(GraphValue Input, GraphValue Output, bool IsInverse) : GraphNode([Input], Output);

/// <summary>A list of tokens that the weights have.</summary>
/// <param name="Name">What its parameter's name begins with.</param>
/// <param name="Output">The list.</param>
public sealed record ConstantNode(string Name, GraphValue Output) : GraphNode([], Output);

/// <summary>The means of groups of consecutive tokens.</summary>
/// <param name="Input">The tokens.</param>
/// <param name="Output">A list with a token for each group.</param>
/// <param name="FractionBits">By which power of two the means are multiplied.</param>
public sealed record TokenMeansNode(GraphValue Input, GraphValue Output, int FractionBits) : GraphNode([Input], Output);

/// <summary>Which of a product's matrices are transposed. The rows of a value's matrix are its tokens, the columns its channels.</summary>
public enum ProductKind
{
    /// <summary>None: A B.</summary>
    Plain,

    /// <summary>The second: A B^T.</summary>
    SecondTransposed,

    /// <summary>The first: A^T B.</summary>
    FirstTransposed,
}

/// <summary>A product of matrices, requantised as a convolution is, with one shift and one multiplier.</summary>
/// <param name="Name">What its parameters' names begin with.</param>
/// <param name="First">The matrix A.</param>
/// <param name="Second">The matrix B.</param>
/// <param name="Output">The product.</param>
/// <param name="Kind">Which of them is transposed.</param>
public sealed record ProductNode(string Name, GraphValue First, GraphValue Second, GraphValue Output, ProductKind Kind) : GraphNode([First, Second], Output);

/// <summary>Over what the parts of a softmax add up.</summary>
public enum SoftmaxAxis
{
    /// <summary>Over the channels of each token.</summary>
    Channels,

    /// <summary>Over the tokens of each channel.</summary>
    Tokens,
}

/// <summary>Each element's exponential as a part of the sum of all exponentials along an axis.</summary>
/// <param name="Name">What its parameter's name begins with.</param>
/// <param name="Input">The exponents.</param>
/// <param name="Output">The parts.</param>
/// <param name="Axis">The axis.</param>
/// <param name="FractionBits">By which power of two the parts are multiplied.</param>
public sealed record SoftmaxNode(string Name, GraphValue Input, GraphValue Output, SoftmaxAxis Axis, int FractionBits) : GraphNode([Input], Output);
