using System.Collections.Immutable;

namespace Tessera.Exact;

/// <summary>
/// Builds a <see cref="Graph"/>, operation by operation. Each call checks what it is given, so that a graph that was built can be bound
/// and run; what depends on weights is checked when they are bound.
/// </summary>
public sealed partial class GraphBuilder
{
    /// <summary>The largest kernel.</summary>
    public const int MaxKernel = 31;

    /// <summary>The most channels of a value.</summary>
    public const int MaxChannels = 1 << 14;

    private readonly ImmutableArray<GraphNode>.Builder _nodes = ImmutableArray.CreateBuilder<GraphNode>();
    private readonly ImmutableArray<GraphOutput>.Builder _outputs = ImmutableArray.CreateBuilder<GraphOutput>();
    private readonly HashSet<string> _names = [];
    private readonly Dictionary<string, int> _permutations = [];

    /// <summary>Adds something that a run is given.</summary>
    /// <param name="name">Its name, of no other input, output or parameter group.</param>
    /// <param name="channels">Its channels, 1 to <see cref="MaxChannels"/>.</param>
    /// <param name="range">What its elements can be. Other elements are an error when it runs.</param>
    /// <param name="halvings">How often the sides of a tile are halved to get its own.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The name is taken, or a value is out of range.</exception>
    public GraphValue Input(string name, int channels, ValueRange range, int halvings = 0)
    {
        Reserve(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(halvings);
        GraphValue output = Value(channels, range, new(halvings, 0));
        return Add(new InputNode(name, output));
    }

    /// <summary>Adds a convolution of stride 1 that keeps the size, requantised.</summary>
    /// <param name="input">Elements of magnitude up to <see cref="ValueRange.ConvolutionLimit"/>.</param>
    /// <param name="name">
    /// What its parameters are called: <c>name.weight</c>, <c>name.bias</c>, <c>name.shift</c>, <c>name.multiplier</c>.
    /// </param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="kernel">Rows and columns of the kernel: odd, 1 to <see cref="MaxKernel"/>.</param>
    /// <param name="range">What the result is clamped to.</param>
    /// <param name="padding">What lies beyond the edges.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The name is taken, or a value is out of range.</exception>
    public GraphValue Convolution(GraphValue input, string name, int channels, int kernel, ValueRange range, Padding padding = Padding.Zero)
    {
        Check(input);
        Reserve(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        if (kernel < 1 || kernel > MaxKernel || (kernel & 1) == 0)
            throw new ArgumentOutOfRangeException(nameof(kernel), kernel, $"A kernel has an odd number of rows up to {MaxKernel}.");
        if (input.Range.Magnitude > ValueRange.ConvolutionLimit)
        {
            throw new ArgumentException(
                $"The convolution '{name}' would read elements of {input.Range}; it takes magnitudes up to {ValueRange.ConvolutionLimit}.",
                nameof(input));
        }

        return Add(new ConvolutionNode(name, input, Value(channels, range, input.Extent), kernel, padding));
    }

    /// <summary>Adds a function of one variable, by table.</summary>
    /// <param name="input">The arguments: any range; the table has an entry for each integer of it.</param>
    /// <param name="name">What its parameter is called: <c>name.table</c>.</param>
    /// <param name="range">What the entries can be.</param>
    /// <param name="isMonotone">Whether the entries must not fall.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The name is taken, or a value is out of range.</exception>
    public GraphValue Table(GraphValue input, string name, ValueRange range, bool isMonotone = false)
    {
        Check(input);
        Reserve(name);
        return Add(new TableNode(name, input, Value(input.Channels, range, input.Extent), isMonotone));
    }

    /// <summary>Adds a sum of two values.</summary>
    /// <param name="first">The one.</param>
    /// <param name="second">The other, of the same shape.</param>
    /// <param name="range">What the sum is clamped to.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or a value is out of range.</exception>
    public GraphValue Add(GraphValue first, GraphValue second, ValueRange range) => Sum(first, second, range, SumKind.Clamped);

    /// <summary>Adds a difference of two values.</summary>
    /// <param name="first">The one.</param>
    /// <param name="second">What is subtracted, of the same shape.</param>
    /// <param name="range">What the difference is clamped to.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or a value is out of range.</exception>
    public GraphValue Subtract(GraphValue first, GraphValue second, ValueRange range) => Sum(first, second, range, SumKind.ClampedDifference);

    /// <summary>Adds a sum of two values modulo 2^16, as couplings need: <see cref="SubtractWrapping"/> undoes it whatever the values are.</summary>
    /// <param name="first">The one.</param>
    /// <param name="second">The other, of the same shape.</param>
    /// <returns>The value, of the range <see cref="ValueRange.Full"/>.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public GraphValue AddWrapping(GraphValue first, GraphValue second) => Sum(first, second, ValueRange.Full, SumKind.Wrapped);

    /// <summary>Adds a difference of two values modulo 2^16.</summary>
    /// <param name="first">The one.</param>
    /// <param name="second">What is subtracted, of the same shape.</param>
    /// <returns>The value, of the range <see cref="ValueRange.Full"/>.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public GraphValue SubtractWrapping(GraphValue first, GraphValue second) => Sum(first, second, ValueRange.Full, SumKind.WrappedDifference);

    /// <summary>Adds a value whose elements are those of another, brought into a range.</summary>
    /// <param name="input">The other.</param>
    /// <param name="range">The range.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The range is not valid.</exception>
    public GraphValue Clamp(GraphValue input, ValueRange range)
    {
        Check(input);
        return Add(new ClampNode(input, Value(input.Channels, range, input.Extent)));
    }

    /// <summary>Adds a value that has the channels of several, one after the other.</summary>
    /// <param name="inputs">At least one value; all of one size.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">There is none, or the sizes differ.</exception>
    public GraphValue Concatenation(params ReadOnlySpan<GraphValue> inputs)
    {
        if (inputs.IsEmpty)
            throw new ArgumentException("There is nothing to concatenate.", nameof(inputs));
        ValueRange range = inputs[0].Range;
        int channels = 0;
        foreach (GraphValue input in inputs)
        {
            Check(input);
            if (input.Extent != inputs[0].Extent)
                throw new ArgumentException($"A concatenation takes values of one size, not {Shape(inputs[0])} and {Shape(input)}.", nameof(inputs));
            range = range.Union(input.Range);
            channels += input.Channels;
        }

        return Add(new ConcatenationNode([.. inputs], Value(channels, range, inputs[0].Extent)));
    }

    /// <summary>Adds a value of some consecutive channels of another.</summary>
    /// <param name="input">The other.</param>
    /// <param name="first">The first channel.</param>
    /// <param name="channels">How many.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">It has no such channels.</exception>
    public GraphValue Slice(GraphValue input, int first, int channels)
    {
        Check(input);
        if (first < 0 || channels < 1 || channels > input.Channels - first)
            throw new ArgumentException($"A value of {input.Channels} channels has no channels {first} to {first + channels - 1}.", nameof(channels));
        return Add(new SliceNode(input, Value(channels, input.Range, input.Extent), first));
    }

    /// <summary>Adds a value with the channels of another in another order.</summary>
    /// <param name="input">The other.</param>
    /// <param name="name">What its parameter is called: <c>name.order</c>, a permutation. One permutation may be used several times.</param>
    /// <param name="inverse">Whether to undo the order instead.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The name is taken by something else.</exception>
    public GraphValue Permutation(GraphValue input, string name, bool inverse = false)
    {
        Check(input);
        if (!_permutations.TryGetValue(name, out int channels))
        {
            Reserve(name);
            _permutations.Add(name, channels = input.Channels);
        }

        if (channels != input.Channels)
            throw new ArgumentException($"The permutation '{name}' is one of {channels} channels, not of {input.Channels}.", nameof(input));
        return Add(new PermutationNode(name, [], input, Value(input.Channels, input.Range, input.Extent), inverse));
    }

    /// <summary>Adds a value with the channels of another in an order that is part of the graph, not of its weights.</summary>
    /// <param name="input">The other.</param>
    /// <param name="order">For each channel, the channel of the input that it is.</param>
    /// <param name="inverse">Whether to undo the order instead.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The order is no permutation of the channels.</exception>
    public GraphValue Permutation(GraphValue input, ReadOnlySpan<int> order, bool inverse = false)
    {
        Check(input);
        ImmutableArray<int> copy = [.. order];
        if (!copy.Order().SequenceEqual(Enumerable.Range(0, input.Channels)))
            throw new ArgumentException($"The order is no permutation of {input.Channels} channels.", nameof(order));
        return Add(new PermutationNode(null, copy, input, Value(input.Channels, input.Range, input.Extent), inverse));
    }

    /// <summary>Adds a value in which blocks of 2 x 2 pixels of another are the channels of one pixel.</summary>
    /// <param name="input">The other.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">There would be too many channels, or the value is a list.</exception>
    public GraphValue SpaceToDepth(GraphValue input)
    {
        CheckTile(input);
        return Add(new SpaceToDepthNode(input, Value(input.Channels * 4, input.Range, new(input.Halvings + 1, 0))));
    }

    /// <summary>Adds the inverse of <see cref="SpaceToDepth"/>.</summary>
    /// <param name="input">Channels that four divides.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">Four does not divide the channels, or the value is a list.</exception>
    public GraphValue DepthToSpace(GraphValue input)
    {
        CheckTile(input);
        if (input.Channels % 4 != 0)
            throw new ArgumentException($"Four does not divide {input.Channels} channels.", nameof(input));
        return Add(new DepthToSpaceNode(input, Value(input.Channels / 4, input.Range, new(input.Halvings - 1, 0))));
    }

    /// <summary>Adds a group normalisation.</summary>
    /// <param name="input">The value; see <see cref="ValueRange.ConvolutionLimit"/> for its range.</param>
    /// <param name="name">What its parameters are called: <c>name.gain</c>, <c>name.offset</c>.</param>
    /// <param name="groups">How many groups of consecutive channels; they divide the channels.</param>
    /// <param name="range">What the result is clamped to.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The name is taken, or a value is out of range.</exception>
    public GraphValue Normalization(GraphValue input, string name, int groups, ValueRange range)
    {
        Check(input);
        Reserve(name);
        if (groups < 1 || input.Channels % groups != 0)
            throw new ArgumentException($"{groups} groups do not divide {input.Channels} channels.", nameof(groups));
        if (input.Range.Magnitude > ValueRange.ConvolutionLimit)
            throw new ArgumentException($"The normalisation '{name}' takes magnitudes up to {ValueRange.ConvolutionLimit}, not {input.Range}.", nameof(input));
        return Add(new NormalizationNode(name, input, Value(input.Channels, range, input.Extent), groups));
    }

    /// <summary>Names a value that runs hand out.</summary>
    /// <param name="name">Its name, of no other input, output or parameter group.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Output(string name, GraphValue value)
    {
        Check(value);
        Reserve(name);
        _outputs.Add(new(name, value));
    }

    /// <summary>Ends the building.</summary>
    /// <returns>The graph.</returns>
    /// <exception cref="InvalidOperationException">It has no input or no output.</exception>
    public Graph Build()
    {
        if (_outputs.Count == 0 || !_nodes.Any(node => node is InputNode))
            throw new InvalidOperationException("A graph has at least one input and one output.");
        return new(_nodes.ToImmutable(), _outputs.ToImmutable());
    }

    private GraphValue Sum(GraphValue first, GraphValue second, ValueRange range, SumKind kind)
    {
        Check(first);
        Check(second);
        if (first.Channels != second.Channels || first.Extent != second.Extent)
            throw new ArgumentException($"A sum takes values of one shape, not {Shape(first)} and {Shape(second)}.", nameof(second));
        return Add(new AddNode(first, second, Value(first.Channels, range, first.Extent), kind));
    }

    private static string Shape(GraphValue value) => $"{value.Channels} channels {value.Extent}";

    private GraphValue Value(int channels, ValueRange range, Extent extent)
    {
        range.Validate();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, MaxChannels);
        return new(this, _nodes.Count, channels, range, extent);
    }

    private GraphValue Add(GraphNode node)
    {
        _nodes.Add(node);
        return node.Output;
    }

    private void Check(GraphValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Builder != this)
            throw new ArgumentException("The value belongs to another graph.", nameof(value));
    }

    private void CheckTile(GraphValue value)
    {
        Check(value);
        if (value.Tokens > 0)
            throw new ArgumentException($"A list of tokens has no blocks of 2 x 2 pixels; {Shape(value)} were given.", nameof(value));
    }

    private void Reserve(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!_names.Add(name))
            throw new ArgumentException($"The name '{name}' is taken.", nameof(name));
    }
}
