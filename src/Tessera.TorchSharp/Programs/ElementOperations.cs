using Tessera.Exact;
using TorchSharp;
using static TorchSharp.torch;

namespace Tessera.TorchSharp;

/// <summary>A function of one variable, by table.</summary>
internal sealed class TableOperation : TorchOperation
{
    private readonly Tensor _entries;
    private readonly Scalar _low;

    public TableOperation(BoundTable table, Integers integers)
    {
        _entries = Keep(integers.Parameters(table.Entries.Select(entry => (int)entry), table.Entries.Length));
        _low = Keep(table.Operation.Input.Range.Low.ToScalar());
    }

    public override Tensor Run(ReadOnlySpan<Tensor> inputs, RunSize size) => Lookup.Entries(_entries, inputs[0].sub(_low));
}

/// <summary>Takes entries out of tables.</summary>
internal static class Lookup
{
    /// <param name="entries">The table.</param>
    /// <param name="places">Which entries, of any shape.</param>
    public static Tensor Entries(Tensor entries, Tensor places) => entries.index_select(0, places.reshape(-1)).view(places.shape);
}

/// <summary>A sum or a difference.</summary>
internal sealed class AddOperation : TorchOperation
{
    private readonly SumKind _kind;
    private readonly Limits _limits;
    private readonly Scalar _center;
    private readonly Scalar _modulus;

    public AddOperation(AddNode node)
    {
        _kind = node.Kind;
        _limits = Keep(new Limits(node.Output.Range));
        _center = Keep((-ValueRange.Full.Low).ToScalar());
        _modulus = Keep(ValueRange.Full.Count.ToScalar());
    }

    public override Tensor Run(ReadOnlySpan<Tensor> inputs, RunSize size)
    {
        Tensor first = inputs[0], second = inputs[1];
        return _kind switch
        {
            SumKind.Clamped => _limits.Clamp(first.add(second)),
            SumKind.ClampedDifference => _limits.Clamp(first.sub(second)),
            SumKind.Wrapped => Wrap(first.add(second)),
            _ => Wrap(first.sub(second)),
        };
    }

    // The remainder has the divisor's sign.
    private Tensor Wrap(Tensor values) => values.add_(_center).remainder_(_modulus).sub_(_center);
}

/// <summary>Elements brought into a range.</summary>
internal sealed class ClampOperation : TorchOperation
{
    private readonly Limits _limits;

    public ClampOperation(ClampNode node) => _limits = Keep(new Limits(node.Output.Range));

    public override Tensor Run(ReadOnlySpan<Tensor> inputs, RunSize size) => _limits.Clamped(inputs[0]);
}

/// <summary>Group normalisation: section 6 of the specification.</summary>
internal sealed class NormalizationOperation : TorchOperation
{
    private const int MeanBits = 4;
    private const int ReciprocalBits = 14;
    private const int DeviationBits = 8 + ReciprocalBits - MeanBits;
    private readonly NormalizationNode _node;
    private readonly Integers _integers;
    private readonly Tensor _gain;
    private readonly Tensor _offset;
    private readonly Tensor _reciprocalBits;
    private readonly Limits _limits;
    private readonly Scalar _sixteen, _one, _most, _half;

    public NormalizationOperation(BoundNormalization normalization, Integers integers)
    {
        _node = normalization.Operation;
        _integers = integers;
        int channels = _node.Output.Channels;
        _gain = Keep(integers.Parameters(normalization.Gain.Select(gain => (int)gain), channels));
        _offset = Keep(integers.Parameters(normalization.Offset.Select(offset => (int)offset), channels));
        _reciprocalBits = Keep(integers.Shift(ReciprocalBits));
        _limits = Keep(new Limits(_node.Output.Range));
        _sixteen = Keep((1 << MeanBits).ToScalar());
        _one = Keep(1.ToScalar());
        _most = Keep(((int)short.MaxValue).ToScalar());
        _half = Keep((1 << (ReciprocalBits - 1)).ToScalar());
    }

    public override Tensor Run(ReadOnlySpan<Tensor> inputs, RunSize size)
    {
        Tensor input = inputs[0];
        long[] shape = input.shape;
        long channels = shape[3] / _node.Groups, count = shape[1] * shape[2] * channels;
        TokenLimits.CheckGroup(count, _node.Name);
        Tensor grouped = input.reshape(shape[0], shape[1] * shape[2], _node.Groups, channels);

        Tensor sum = grouped.sum([1, 3], keepdim: true, type: int64), squares = grouped.mul(grouped).sum([1, 3], keepdim: true, type: int64);
        using Scalar number = count.ToScalar(), scaled = (count << DeviationBits).ToScalar();
        Tensor mean = Integers.RoundedQuotient(sum.mul(_sixteen), full_like(sum, number));
        Tensor deviation = SquareRoot(squares.mul_(number).sub_(sum.mul(sum)));

        // Where nothing deviates, the limit is what the quotient is clamped to.
        Tensor reciprocal = full_like(deviation, scaled).floor_divide(deviation.clamp_min(_one)).clamp_max(_most);
        Tensor isConstant = deviation.lt(_one);
        reciprocal = reciprocal.masked_fill(isConstant, _most);

        Tensor centred = grouped.mul(_sixteen).sub_(mean.to(int32)).mul_(reciprocal.to(int32)).add_(_half).bitwise_right_shift_(_reciprocalBits);
        Tensor normalised = _integers.Scale(_integers.Saturate(centred).reshape(shape), _gain);
        return _limits.Clamp(normalised.add_(_offset));
    }

    // The root of the rounded number, itself rounded, is off by one at the most.
    private Tensor SquareRoot(Tensor values)
    {
        Tensor root = values.to(float64).sqrt().to(int64);
        root = root.sub(root.mul(root).gt(values).to(int64));
        Tensor next = root.add(_one);
        return root.add(next.mul(next).le(values).to(int64));
    }
}
