namespace Tessera.TorchSharp;

/// <summary>Which integers a device's products of matrices give without rounding.</summary>
/// <param name="FactorLimit">The largest magnitude of a factor up to which every integer is kept as it is.</param>
/// <param name="SumLimit">The largest magnitude of a partial sum up to which every integer is kept as it is.</param>
internal sealed record DeviceArithmetic(long FactorLimit, long SumLimit)
{
    /// <summary>Factors of 24 bits, sums of 24 bits: IEEE single precision.</summary>
    public static DeviceArithmetic Single { get; } = new((1 << 24) - 1, (1 << 24) - 1);

    /// <summary>Factors of 11 bits, sums of 24 bits: what CUDA may make of single precision (TF32).</summary>
    public static DeviceArithmetic TensorFloat { get; } = new((1 << 11) - 1, (1 << 24) - 1);

    /// <summary>Double precision: what products of two values are computed in.</summary>
    public static DeviceArithmetic Double { get; } = new((1L << 53) - 1, (1L << 53) - 1);
}
