using System.Collections.Immutable;
using Tessera.Exact;

namespace Tessera.TorchSharp;

/// <summary>Makes operations of a graph's nodes, with their parameters on a device.</summary>
internal static class OperationFactory
{
    /// <returns>An operation for each node; none for inputs.</returns>
    public static ImmutableArray<TorchOperation?> Create(ExactGraph graph, Integers integers) =>
        [.. graph.Bound.Nodes.Select(node => Create(node, graph, integers))];

    private static TorchOperation? Create(BoundNode bound, ExactGraph graph, Integers integers) => bound switch
    {
        BoundConvolution convolution => new ConvolutionOperation(convolution, graph.Plans[convolution.Operation.Output.Index], integers),
        BoundTable table => new TableOperation(table, integers),
        BoundPermutation permutation => new PermutationOperation(permutation, integers),
        BoundNormalization normalization => new NormalizationOperation(normalization, integers),
        BoundConstant constant => new ConstantOperation(constant, integers),
        BoundProduct product => new ProductOperation(product, integers),
        BoundSoftmax softmax => new SoftmaxOperation(softmax, integers),
        _ => Create(bound.Node),
    };

    private static TorchOperation? Create(GraphNode node) => node switch
    {
        InputNode => null,
        AddNode sum => new AddOperation(sum),
        ClampNode clamp => new ClampOperation(clamp),
        ConcatenationNode => new ConcatenationOperation(),
        SliceNode slice => new SliceOperation(slice),
        SpaceToDepthNode => new SpaceToDepthOperation(),
        DepthToSpaceNode => new DepthToSpaceOperation(),
        ReinterpretationNode reinterpretation => new ReinterpretationOperation(reinterpretation),
        TokenMeansNode means => new TokenMeansOperation(means),
        _ => throw new InexactGraphException($"This engine does not know the operation {node.GetType().Name}."),
    };
}
