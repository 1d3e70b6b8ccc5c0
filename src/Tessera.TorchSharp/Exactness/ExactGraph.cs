using System.Collections.Immutable;
using Tessera.Exact;

namespace Tessera.TorchSharp;

/// <summary>A graph that was found to be exact on a device: with the plan of each of its convolutions.</summary>
internal sealed class ExactGraph
{
    private ExactGraph(BoundGraph bound, ImmutableDictionary<int, ConvolutionPlan> plans)
    {
        Bound = bound;
        Plans = plans;
    }

    public BoundGraph Bound { get; }

    /// <summary>By the index of the convolution's value.</summary>
    public ImmutableDictionary<int, ConvolutionPlan> Plans { get; }

    /// <summary>Checks a graph.</summary>
    /// <param name="bound">The graph.</param>
    /// <param name="arithmetic">What the device keeps in products of matrices of single precision.</param>
    /// <exception cref="InexactGraphException">An operation cannot be exact.</exception>
    public static ExactGraph Check(BoundGraph bound, DeviceArithmetic arithmetic)
    {
        var plans = ImmutableDictionary.CreateBuilder<int, ConvolutionPlan>();
        foreach (BoundNode node in bound.Nodes)
        {
            switch (node)
            {
                case BoundConvolution convolution:
                    plans.Add(node.Node.Output.Index, ConvolutionPlan.Create(convolution, arithmetic));
                    break;
                case BoundProduct product:
                    CheckProduct(product.Operation);
                    break;
                case BoundTable or BoundPermutation or BoundNormalization or BoundConstant or BoundSoftmax:
                    break;
                default:
                    CheckKnown(node.Node);
                    break;
            }
        }

        return new(bound, plans.ToImmutable());
    }

    // What is left of the operations has no parameters, and moves, adds or clamps integers.
    private static void CheckKnown(GraphNode node)
    {
        if (node is not (InputNode or AddNode or ClampNode or ConcatenationNode or SliceNode or SpaceToDepthNode or DepthToSpaceNode
            or ReinterpretationNode or TokenMeansNode))
        {
            throw new InexactGraphException($"This engine does not know the operation {node.GetType().Name}, so that it cannot say whether it is exact.");
        }
    }

    private static void CheckProduct(ProductNode node)
    {
        long terms = node.Kind == ProductKind.FirstTransposed ? TokenLimits.MaxTokens : node.First.Channels;
        Int128 bound = (Int128)terms * node.First.Range.Magnitude * node.Second.Range.Magnitude;
        if (bound > DeviceArithmetic.Double.SumLimit)
            throw new InexactGraphException($"The sums of the product '{node.Name}' can be {bound}; double precision keeps {DeviceArithmetic.Double.SumLimit}.");
    }
}
