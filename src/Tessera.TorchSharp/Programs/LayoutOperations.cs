using Tessera.Exact;
using static TorchSharp.torch;

namespace Tessera.TorchSharp;

/// <summary>The channels of several values, one after the other.</summary>
internal sealed class ConcatenationOperation : TorchOperation
{
    public override Tensor Run(ReadOnlySpan<Tensor> inputs, RunSize size) => cat(inputs, 3);
}

/// <summary>Some consecutive channels.</summary>
internal sealed class SliceOperation(SliceNode node) : TorchOperation
{
    public override Tensor Run(ReadOnlySpan<Tensor> inputs, RunSize size) => inputs[0].narrow(3, node.First, node.Output.Channels);
}

/// <summary>Channels in another order.</summary>
internal sealed class PermutationOperation : TorchOperation
{
    private readonly Tensor _order;

    public PermutationOperation(BoundPermutation permutation, Integers integers) =>
        _order = Keep(integers.Parameters(permutation.Order, permutation.Order.Length));

    public override Tensor Run(ReadOnlySpan<Tensor> inputs, RunSize size) => inputs[0].index_select(3, _order);
}

/// <summary>Blocks of 2 x 2 pixels become the channels of one.</summary>
internal sealed class SpaceToDepthOperation : TorchOperation
{
    public override Tensor Run(ReadOnlySpan<Tensor> inputs, RunSize size)
    {
        long[] shape = inputs[0].shape;
        return inputs[0].reshape(shape[0], shape[1] / 2, 2, shape[2] / 2, 2, shape[3])
            .permute(0, 1, 3, 5, 2, 4)
            .reshape(shape[0], shape[1] / 2, shape[2] / 2, shape[3] * 4);
    }
}

/// <summary>The inverse of <see cref="SpaceToDepthOperation"/>.</summary>
internal sealed class DepthToSpaceOperation : TorchOperation
{
    public override Tensor Run(ReadOnlySpan<Tensor> inputs, RunSize size)
    {
        long[] shape = inputs[0].shape;
        return inputs[0].reshape(shape[0], shape[1], shape[2], shape[3] / 4, 2, 2)
            .permute(0, 1, 4, 2, 5, 3)
            .reshape(shape[0], shape[1] * 2, shape[2] * 2, shape[3] / 4);
    }
}

/// <summary>Elements by channel, row and column become elements by row, column and channel, or the other way.</summary>
internal sealed class ReinterpretationOperation(ReinterpretationNode node) : TorchOperation
{
    public override Tensor Run(ReadOnlySpan<Tensor> inputs, RunSize size)
    {
        long[] shape = inputs[0].shape;
        return node.IsInverse
            ? inputs[0].reshape(shape[0], shape[3], shape[1], shape[2]).permute(0, 2, 3, 1).contiguous()
            : inputs[0].permute(0, 3, 1, 2).reshape(shape);
    }
}

/// <summary>A list that the weights have.</summary>
internal sealed class ConstantOperation : TorchOperation
{
    private readonly Tensor _values;

    public ConstantOperation(BoundConstant constant, Integers integers)
    {
        GraphValue value = constant.Operation.Output;
        _values = Keep(integers.Parameters(constant.Values.Select(element => (int)element), 1, 1, value.Tokens, value.Channels));
    }

    public override Tensor Run(ReadOnlySpan<Tensor> inputs, RunSize size) => _values.expand(size.Tiles, -1, -1, -1);
}
