using System.Collections.Immutable;

namespace Tessera.Exact;

/// <summary>A graph's operation with its parameters.</summary>
/// <param name="Node">The operation.</param>
public record BoundNode(GraphNode Node);

/// <summary>A convolution with its parameters.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Weights">By output channel, kernel row, kernel column, input channel; -127 to 127.</param>
/// <param name="Bias">What each output channel's sum begins with.</param>
/// <param name="Shift">By how many bits each output channel's sum is shifted right, 0 to <see cref="BoundGraph.MaxShift"/>.</param>
/// <param name="Multiplier">Each output channel's factor in units of 2^-15, 1 to 32767.</param>
/// <param name="SumBound">A bound of the magnitude of every partial sum of products, in any order, the bias left out.</param>
public sealed record BoundConvolution(
    ConvolutionNode Operation,
    ImmutableArray<sbyte> Weights,
    ImmutableArray<int> Bias,
    ImmutableArray<byte> Shift,
    ImmutableArray<short> Multiplier,
    long SumBound) : BoundNode(Operation);

/// <summary>A table with its entries.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Entries">The value for each argument, from the smallest on.</param>
public sealed record BoundTable(TableNode Operation, ImmutableArray<short> Entries) : BoundNode(Operation);

/// <summary>A permutation with its order.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Order">For each output channel, the input channel that it is, an inverse order resolved.</param>
public sealed record BoundPermutation(PermutationNode Operation, ImmutableArray<int> Order) : BoundNode(Operation);

/// <summary>A normalisation with its parameters.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Gain">Each channel's factor in units of 2^-15, -32767 to 32767.</param>
/// <param name="Offset">What is added to each channel.</param>
public sealed record BoundNormalization(NormalizationNode Operation, ImmutableArray<short> Gain, ImmutableArray<short> Offset) : BoundNode(Operation);

/// <summary>A constant list with its elements.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Values">Token by token, channel by channel.</param>
public sealed record BoundConstant(ConstantNode Operation, ImmutableArray<short> Values) : BoundNode(Operation);

/// <summary>A product of matrices with its parameters.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Shift">By how many bits sums are shifted right, 0 to <see cref="BoundGraph.MaxProductShift"/>.</param>
/// <param name="Multiplier">The factor in units of 2^-15, 1 to 32767.</param>
public sealed record BoundProduct(ProductNode Operation, int Shift, int Multiplier) : BoundNode(Operation);

/// <summary>A softmax with its exponentials.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Entries">For each distance from the largest element, from 0 on; at least 0, never rising, the first not 0.</param>
public sealed record BoundSoftmax(SoftmaxNode Operation, ImmutableArray<short> Entries) : BoundNode(Operation);

/// <summary>
/// A graph with weights that were found to fit: every tensor has its shape, every number its range, and no sum of products can overflow
/// 32 bits in any order of summation. Nothing of that need be checked when it runs. Immutable; engines run it (<see cref="IEngine"/>).
/// </summary>
public sealed class BoundGraph
{
    /// <summary>The largest shift of a convolution.</summary>
    public const int MaxShift = 24;

    /// <summary>The largest shift of a product of matrices.</summary>
    public const int MaxProductShift = 40;

    private BoundGraph(Graph graph, ImmutableArray<BoundNode> nodes)
    {
        Graph = graph;
        Nodes = nodes;
    }

    /// <summary>The graph.</summary>
    public Graph Graph { get; }

    /// <summary>Its operations with their parameters, in the graph's order.</summary>
    public ImmutableArray<BoundNode> Nodes { get; }

    /// <summary>Binds a graph to weights.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="file">The weights. It may have more tensors than the graph needs: several graphs may share a file.</param>
    /// <param name="prefix">What the names of the graph's parameters begin with in the file.</param>
    /// <returns>The bound graph.</returns>
    /// <exception cref="WeightsException">A tensor is missing, has another type or shape, or numbers that are out of range.</exception>
    public static BoundGraph Bind(Graph graph, TensorFile file, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(prefix);
        var parameters = graph.Parameters.ToDictionary(parameter => parameter.Name, parameter => Read(file, prefix, parameter));
        return new(graph, [.. graph.Nodes.Select(node => BindNode(node, name => parameters[name]))]);
    }

    private static int[] Read(TensorFile file, string prefix, ParameterSpecification parameter)
    {
        string name = prefix + parameter.Name;
        if (!file.Tensors.TryGetValue(name, out Tensor? tensor))
            throw new WeightsException($"The weights have no tensor '{name}'.");
        if (tensor.Type != parameter.Type || !tensor.Shape.SequenceEqual(parameter.Shape))
        {
            throw new WeightsException(
                $"The tensor '{name}' is {tensor.Type} [{string.Join(", ", tensor.Shape)}]; "
                + $"the graph needs {parameter.Type} [{string.Join(", ", parameter.Shape)}].");
        }

        return tensor.ToInt32();
    }

    private static BoundNode BindNode(GraphNode node, Func<string, int[]> read)
    {
        switch (node)
        {
            case ConvolutionNode n:
                return BindConvolution(n, read($"{n.Name}.weight"), read($"{n.Name}.bias"), read($"{n.Name}.shift"), read($"{n.Name}.multiplier"));
            case TableNode n:
                int[] entries = read($"{n.Name}.table");
                CheckRange($"{n.Name}.table", entries, n.Output.Range.Low, n.Output.Range.High);
                for (int i = 1; n.IsMonotone && i < entries.Length; i++)
                {
                    if (entries[i] < entries[i - 1])
                        throw new WeightsException($"The table '{n.Name}.table' falls at entry {i}.");
                }

                return new BoundTable(n, [.. entries.Select(entry => (short)entry)]);
            case PermutationNode n:
                int[] order = n.Name is null ? [.. n.Order] : read($"{n.Name}.order");
                if (!order.Order().SequenceEqual(Enumerable.Range(0, order.Length)))
                    throw new WeightsException($"'{n.Name}.order' is not a permutation of the channels 0 to {order.Length - 1}.");
                return new BoundPermutation(n, n.IsInverse ? [.. Enumerable.Range(0, order.Length).OrderBy(i => order[i])] : [.. order]);
            case NormalizationNode n:
                int[] gain = read($"{n.Name}.gain"), offset = read($"{n.Name}.offset");
                CheckRange($"{n.Name}.gain", gain, -short.MaxValue, short.MaxValue);
                return new BoundNormalization(n, [.. gain.Select(g => (short)g)], [.. offset.Select(o => (short)o)]);
            case ConstantNode n:
                int[] values = read($"{n.Name}.values");
                CheckRange($"{n.Name}.values", values, n.Output.Range.Low, n.Output.Range.High);
                return new BoundConstant(n, [.. values.Select(value => (short)value)]);
            case ProductNode n:
                int[] shift = read($"{n.Name}.shift"), multiplier = read($"{n.Name}.multiplier");
                CheckRange($"{n.Name}.shift", shift, 0, MaxProductShift);
                CheckRange($"{n.Name}.multiplier", multiplier, 1, short.MaxValue);
                return new BoundProduct(n, shift[0], multiplier[0]);
            case SoftmaxNode n:
                return BindSoftmax(n, read($"{n.Name}.table"));
            default:
                return new(node);
        }
    }

    private static BoundSoftmax BindSoftmax(SoftmaxNode node, int[] entries)
    {
        string name = $"{node.Name}.table";
        CheckRange(name, entries, 0, short.MaxValue);
        if (entries[0] == 0)
            throw new WeightsException($"Element 0 of '{name}' is 0; it is the exponential of the largest element, and must be 1 to {short.MaxValue}.");
        for (int i = 1; i < entries.Length; i++)
        {
            if (entries[i] > entries[i - 1])
                throw new WeightsException($"The table '{name}' rises at entry {i}; exponentials of ever smaller elements must not.");
        }

        return new(node, [.. entries.Select(entry => (short)entry)]);
    }

    private static BoundConvolution BindConvolution(ConvolutionNode node, int[] weights, int[] bias, int[] shift, int[] multiplier)
    {
        CheckRange($"{node.Name}.weight", weights, -sbyte.MaxValue, sbyte.MaxValue);
        CheckRange($"{node.Name}.shift", shift, 0, MaxShift);
        CheckRange($"{node.Name}.multiplier", multiplier, 1, short.MaxValue);
        long bound = 0;
        int products = weights.Length / bias.Length;
        for (int channel = 0; channel < bias.Length; channel++)
        {
            long sum = 0;
            foreach (int weight in weights.AsSpan(channel * products, products))
                sum += (long)Math.Abs(weight) * node.Input.Range.Magnitude;
            bound = Math.Max(bound, sum);

            // The bias and the half that rounds join the sum.
            if (sum + Math.Abs((long)bias[channel]) + ((1L << shift[channel]) >> 1) > int.MaxValue)
            {
                throw new WeightsException(
                    $"The sums of output channel {channel} of the convolution '{node.Name}' may overflow 32 bits: "
                    + $"products of up to {sum} in all, and a bias of {bias[channel]}.");
            }
        }

        return new(
            node,
            [.. weights.Select(w => (sbyte)w)],
            [.. bias],
            [.. shift.Select(s => (byte)s)],
            [.. multiplier.Select(m => (short)m)],
            bound);
    }

    private static void CheckRange(string name, int[] values, int low, int high)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] < low || values[i] > high)
                throw new WeightsException($"Element {i} of '{name}' is {values[i]}; it must be {low} to {high}.");
        }
    }
}
