using System.Collections.Immutable;

namespace Tessera.Exact;

/// <summary>A value that a run hands out.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">The value.</param>
public sealed record GraphOutput(string Name, GraphValue Value);

/// <summary>
/// A network in integers: operations in an order in which each comes after those that it depends on. It has no weights yet; see
/// <see cref="BoundGraph.Bind"/>. Built by <see cref="GraphBuilder"/>.
/// </summary>
public sealed class Graph
{
    internal Graph(ImmutableArray<GraphNode> nodes, ImmutableArray<GraphOutput> outputs)
    {
        Nodes = nodes;
        Outputs = outputs;
        Inputs = [.. nodes.OfType<InputNode>()];
        Parameters = [.. nodes.SelectMany(ParametersOf).DistinctBy(parameter => parameter.Name)];
        Divisor = 1 << Math.Max(0, nodes.Max(node => node.Output.Halvings));
    }

    /// <summary>The operations; that of the value with index i is number i.</summary>
    public ImmutableArray<GraphNode> Nodes { get; }

    /// <summary>What a run is given, in order.</summary>
    public ImmutableArray<InputNode> Inputs { get; }

    /// <summary>What a run hands out, in order.</summary>
    public ImmutableArray<GraphOutput> Outputs { get; }

    /// <summary>The tensors that the weights must have.</summary>
    public ImmutableArray<ParameterSpecification> Parameters { get; }

    /// <summary>What divides the sides of a tile: a power of two.</summary>
    public int Divisor { get; }

    /// <summary>Multiplications and additions for each pixel of a tile, in convolutions; those of lists of tokens, whose number does not depend on the tile, are left out.</summary>
    public double MultiplyAddsPerPixel => Nodes.OfType<ConvolutionNode>().Where(node => node.Output.Tokens == 0)
        .Sum(node => (double)node.Kernel * node.Kernel * node.Input.Channels * node.Output.Channels * Math.Pow(0.25, node.Output.Halvings));

    private static IEnumerable<ParameterSpecification> ParametersOf(GraphNode node)
    {
        int channels = node.Output.Channels;
        return node switch
        {
            ConvolutionNode n =>
            [
                new($"{n.Name}.weight", TensorType.I8, [channels, n.Kernel, n.Kernel, n.Input.Channels]),
                new($"{n.Name}.bias", TensorType.I32, [channels]),
                new($"{n.Name}.shift", TensorType.U8, [channels]),
                new($"{n.Name}.multiplier", TensorType.I16, [channels]),
            ],
            TableNode n => [new($"{n.Name}.table", TensorType.I16, [n.Input.Range.Count])],
            ConstantNode n => [new($"{n.Name}.values", TensorType.I16, [n.Output.Tokens, channels])],
            ProductNode n => [new($"{n.Name}.shift", TensorType.U8, [1]), new($"{n.Name}.multiplier", TensorType.I16, [1])],
            SoftmaxNode n => [new($"{n.Name}.table", TensorType.I16, [n.Input.Range.Count])],
            PermutationNode { Name: not null } n => [new($"{n.Name}.order", TensorType.I32, [channels])],
            NormalizationNode n => [new($"{n.Name}.gain", TensorType.I16, [channels]), new($"{n.Name}.offset", TensorType.I16, [channels])],
            _ => [],
        };
    }
}

/// <summary>A tensor that a graph needs.</summary>
/// <param name="Name">Its name in the weights file.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its extents, the slowest first.</param>
public sealed record ParameterSpecification(string Name, TensorType Type, ImmutableArray<int> Shape);
