using Tessera.Exact;
using TorchSharp;
using static TorchSharp.torch;

namespace Tessera.TorchSharp;

/// <summary>Numbers that operations use, on a device, and the steps of arithmetic that several of them have.</summary>
internal sealed class Integers : IDisposable
{
    private const int MultiplierBits = 15;
    private static readonly ValueRange Full = ValueRange.Full;
    private readonly Tensor _multiplierBits;
    private readonly Scalar _half = (1 << (MultiplierBits - 1)).ToScalar();
    private readonly Scalar _lowest = Full.Low.ToScalar();
    private readonly Scalar _highest = Full.High.ToScalar();

    public Integers(Device device)
    {
        Device = device;
        _multiplierBits = Shift(MultiplierBits);
    }

    public Device Device { get; }

    /// <summary>A tensor of 32-bit integers on the device.</summary>
    public Tensor Parameters(IEnumerable<int> numbers, params long[] shape) =>
        tensor(numbers.ToArray(), shape, dtype: int32, device: Device).DetachFromDisposeScope();

    /// <summary>By how many bits 32-bit integers are shifted.</summary>
    public Tensor Shift(int bits) => Parameters([bits], 1);

    /// <summary>By how many bits 64-bit integers are shifted.</summary>
    public Tensor LongShift(int bits) => tensor([(long)bits], [1], dtype: int64, device: Device).DetachFromDisposeScope();

    /// <summary>Section 3 of the specification, in place: a sum to which the half that rounds was added.</summary>
    /// <param name="sum">32-bit or 64-bit integers.</param>
    /// <param name="shift">The shift, or that of each channel.</param>
    /// <param name="multiplier">The multiplier, or that of each channel, as 32-bit integers.</param>
    /// <param name="limits">The range of the result.</param>
    public Tensor Requantize(Tensor sum, Tensor shift, Tensor multiplier, Limits limits)
    {
        Tensor shifted = sum.bitwise_right_shift_(shift).clamp_(_lowest, _highest).to(int32);
        return limits.Clamp(Scale(shifted, multiplier));
    }

    /// <summary>A rounded product with multipliers in units of 2^-15, in place.</summary>
    public Tensor Scale(Tensor values, Tensor multiplier) => values.mul_(multiplier).add_(_half).bitwise_right_shift_(_multiplierBits);

    /// <summary>Brings values into 16 bits, in place.</summary>
    public Tensor Saturate(Tensor values) => values.clamp_(_lowest, _highest);

    /// <summary>Quotients of 64-bit integers, halves rounded up.</summary>
    public static Tensor RoundedQuotient(Tensor dividend, Tensor divisor)
    {
        Tensor twice = divisor + divisor;
        return (dividend + dividend + divisor).floor_divide(twice);
    }

    public void Dispose()
    {
        _multiplierBits.Dispose();
        _half.Dispose();
        _lowest.Dispose();
        _highest.Dispose();
    }
}

/// <summary>The range of an operation's result.</summary>
internal sealed class Limits(ValueRange range) : IDisposable
{
    private readonly Scalar _low = range.Low.ToScalar();
    private readonly Scalar _high = range.High.ToScalar();

    /// <summary>Clamps in place.</summary>
    public Tensor Clamp(Tensor values) => values.clamp_(_low, _high);

    /// <summary>Clamps into a tensor of its own.</summary>
    public Tensor Clamped(Tensor values) => values.clamp(_low, _high);

    public void Dispose()
    {
        _low.Dispose();
        _high.Dispose();
    }
}
