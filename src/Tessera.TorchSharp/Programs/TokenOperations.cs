using Tessera.Exact;
using TorchSharp;
using static TorchSharp.torch;

namespace Tessera.TorchSharp;

/// <summary>The means of groups of tokens.</summary>
internal sealed class TokenMeansOperation : TorchOperation
{
    private readonly TokenMeansNode _node;
    private readonly Limits _limits;
    private readonly Scalar _scale;

    public TokenMeansOperation(TokenMeansNode node)
    {
        _node = node;
        _limits = Keep(new Limits(node.Output.Range));
        _scale = Keep((1L << node.FractionBits).ToScalar());
    }

    public override Tensor Run(ReadOnlySpan<Tensor> inputs, RunSize size)
    {
        long[] shape = inputs[0].shape;
        long tokens = shape[1] * shape[2];
        int groups = _node.Output.Tokens;
        TokenLimits.CheckTokens(tokens, "means", "of tokens");
        if (tokens % groups != 0)
        {
            throw new ArgumentException(
                $"A graph takes the means of {groups} groups of tokens, which do not divide the {tokens} tokens of {shape[1]} x {shape[2]} pixels.");
        }

        Tensor sums = inputs[0].reshape(shape[0], groups, tokens / groups, shape[3]).sum(2, type: int64).mul_(_scale);
        using Scalar count = (tokens / groups).ToScalar();
        Tensor means = Integers.RoundedQuotient(sums, full_like(sums, count));
        return _limits.Clamp(means).to(int32).view(shape[0], 1, groups, shape[3]);
    }
}

/// <summary>
/// A product of matrices, in double precision: it keeps all sums, and devices multiply no matrices of 64-bit integers.
/// </summary>
internal sealed class ProductOperation : TorchOperation
{
    private readonly ProductNode _node;
    private readonly Integers _integers;
    private readonly Tensor _shift;
    private readonly Tensor _multiplier;
    private readonly Limits _limits;
    private readonly Scalar _half;

    public ProductOperation(BoundProduct product, Integers integers)
    {
        _node = product.Operation;
        _integers = integers;
        _shift = Keep(integers.LongShift(product.Shift));
        _multiplier = Keep(integers.Parameters([product.Multiplier], 1));
        _limits = Keep(new Limits(_node.Output.Range));
        _half = Keep(((1L << product.Shift) >> 1).ToScalar());
    }

    public override Tensor Run(ReadOnlySpan<Tensor> inputs, RunSize size)
    {
        Tensor first = Matrix(inputs[0]), second = Matrix(inputs[1]);
        if (_node.Kind == ProductKind.FirstTransposed)
            TokenLimits.CheckTokens(first.shape[1], "product", _node.Name);
        Tensor product = _node.Kind switch
        {
            ProductKind.Plain => first.bmm(second),
            ProductKind.SecondTransposed => first.bmm(second.transpose(1, 2)),
            _ => first.transpose(1, 2).bmm(second),
        };
        Tensor result = _integers.Requantize(product.to(int64).add_(_half), _shift, _multiplier, _limits);
        (int height, int width) = _node.Output.Sides(size.Height, size.Width);
        return result.view(size.Tiles, height, width, _node.Output.Channels);
    }

    // A row for each token.
    private static Tensor Matrix(Tensor value) => value.reshape(value.shape[0], -1, value.shape[3]).to(float64);
}

/// <summary>A softmax over the channels of each token, or over the tokens of each channel.</summary>
internal sealed class SoftmaxOperation : TorchOperation
{
    private readonly SoftmaxNode _node;
    private readonly long[] _axes;
    private readonly Tensor _entries;
    private readonly Limits _limits;
    private readonly Scalar _scale;

    public SoftmaxOperation(BoundSoftmax softmax, Integers integers)
    {
        _node = softmax.Operation;
        _axes = _node.Axis == SoftmaxAxis.Channels ? [3] : [1, 2];
        _entries = Keep(integers.Parameters(softmax.Entries.Select(entry => (int)entry), softmax.Entries.Length));
        _limits = Keep(new Limits(_node.Output.Range));
        _scale = Keep((1L << _node.FractionBits).ToScalar());
    }

    public override Tensor Run(ReadOnlySpan<Tensor> inputs, RunSize size)
    {
        Tensor input = inputs[0];
        if (_node.Axis == SoftmaxAxis.Tokens)
            TokenLimits.CheckTokens(input.shape[1] * input.shape[2], "softmax", _node.Name);
        Tensor exponentials = Lookup.Entries(_entries, input.amax(_axes, keepdim: true).sub(input)).to(int64);
        Tensor parts = Integers.RoundedQuotient(exponentials.mul(_scale), exponentials.sum(_axes, keepdim: true, type: int64));
        return _limits.Clamp(parts).to(int32);
    }
}
