using System.Collections.Immutable;

namespace Tessera.Exact.Managed;

/// <summary>Turns a graph into the operations that run it.</summary>
internal static class OperationList
{
    /// <summary>Makes the list.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="plan">Where its values are.</param>
    /// <param name="kernelFor">The kernel for a number of output channels.</param>
    /// <param name="groups">How many groups its normalisations have in all.</param>
    public static ImmutableArray<Operation> Create(BoundGraph graph, BufferPlan plan, Func<int, ConvolutionKernel> kernelFor, out int groups)
    {
        var operations = ImmutableArray.CreateBuilder<Operation>();
        int inputs = 0;
        groups = 0;
        foreach (BoundNode bound in graph.Nodes)
        {
            GraphNode node = bound.Node;
            View target = plan.Views[node.Output.Index];
            switch (bound)
            {
                case BoundConvolution convolution:
                    View input = plan.Views[convolution.Operation.Input.Index];
                    if (convolution.Operation.Kernel > 1)
                        operations.Add(new HaloOperation(input, convolution.Operation.Kernel / 2, convolution.Operation.Padding));
                    TableOperation? fused = plan.FusedTables[node.Output.Index] is { } table
                        ? new((BoundTable)graph.Nodes[table.Output.Index], target, target)
                        : null;
                    operations.Add(new ConvolutionOperation(convolution, kernelFor(node.Output.Channels), input, target, fused));
                    break;
                case BoundTable lookup:
                    if (plan.FusedTables[lookup.Operation.Input.Index] != lookup.Operation)
                        operations.Add(new TableOperation(lookup, plan.Views[lookup.Operation.Input.Index], target));
                    break;
                case BoundPermutation permutation:
                    operations.Add(new PermutationOperation(permutation, plan.Views[permutation.Operation.Input.Index], target));
                    break;
                case BoundNormalization normalization:
                    View source = plan.Views[normalization.Operation.Input.Index];
                    operations.Add(new StatisticsOperation(normalization.Operation, source, groups));
                    operations.Add(new NormalizationOperation(normalization, source, target, groups));
                    groups += normalization.Operation.Groups;
                    break;
                case BoundConstant constant:
                    operations.Add(new ConstantOperation(constant, target));
                    break;
                case BoundProduct product:
                    operations.Add(new ProductOperation(
                        product, plan.Views[product.Operation.First.Index], plan.Views[product.Operation.Second.Index], target));
                    break;
                case BoundSoftmax softmax:
                    operations.Add(new SoftmaxOperation(softmax, plan.Views[softmax.Operation.Input.Index], target));
                    break;
                default:
                    Add(node, target);
                    break;
            }
        }

        for (int i = 0; i < graph.Graph.Outputs.Length; i++)
            operations.Add(new OutputOperation(plan.Views[graph.Graph.Outputs[i].Value.Index], i));
        return operations.ToImmutable();

        void Add(GraphNode node, View target)
        {
            switch (node)
            {
                case InputNode input:
                    operations.Add(new InputOperation(input, target, inputs++));
                    break;
                case AddNode sum:
                    operations.Add(new AddOperation(sum, plan.Views[sum.First.Index], plan.Views[sum.Second.Index], target));
                    break;
                case ClampNode clamp:
                    operations.Add(new ClampOperation(clamp, plan.Views[clamp.Input.Index], target));
                    break;
                case ConcatenationNode:
                    int offset = 0;
                    foreach (GraphValue part in node.Inputs)
                    {
                        View from = plan.Views[part.Index], to = target.Slice(offset, part.Channels);
                        if (from != to)
                            operations.Add(new CopyOperation(from, to));
                        offset += part.Channels;
                    }

                    break;
                case SpaceToDepthNode packing:
                    operations.Add(new SpaceToDepthOperation(plan.Views[packing.Input.Index], target, reverse: false));
                    break;
                case DepthToSpaceNode unpacking:
                    operations.Add(new SpaceToDepthOperation(target, plan.Views[unpacking.Input.Index], reverse: true));
                    break;
                case ReinterpretationNode reinterpretation:
                    operations.Add(new ReinterpretationOperation(reinterpretation, plan.Views[reinterpretation.Input.Index], target));
                    break;
                case TokenMeansNode means:
                    operations.Add(new TokenMeansOperation(means, plan.Views[means.Input.Index], target));
                    break;
                case SliceNode:
                    break;
                default:
                    throw new InvalidOperationException($"There is no operation for {node.GetType().Name}.");
            }
        }
    }
}
