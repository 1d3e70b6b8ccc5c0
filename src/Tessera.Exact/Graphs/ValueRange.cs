namespace Tessera.Exact;

/// <summary>The integers that an element of a value can be. Every element fits 16 bits, signed.</summary>
/// <param name="Low">The smallest, -32768 or more.</param>
/// <param name="High">The largest, 32767 or less, not below <paramref name="Low"/>.</param>
public readonly record struct ValueRange(int Low, int High)
{
    /// <summary>The largest magnitude that an input of a convolution may have: 12 bits, exact in fp16 and tf32.</summary>
    public const int ConvolutionLimit = 2047;

    /// <summary>What activations usually are: -2047 to 2047.</summary>
    public static ValueRange Activation { get; } = new(-ConvolutionLimit, ConvolutionLimit);

    /// <summary>Activations of a rectified layer: 0 to 2047.</summary>
    public static ValueRange Rectified { get; } = new(0, ConvolutionLimit);

    /// <summary>Everything that 16 bits hold.</summary>
    public static ValueRange Full { get; } = new(short.MinValue, short.MaxValue);

    /// <summary>The largest magnitude in the range.</summary>
    public int Magnitude => Math.Max(Math.Abs(Low), Math.Abs(High));

    /// <summary>How many integers it holds.</summary>
    public int Count => High - Low + 1;

    /// <summary>The smallest range that holds this one and another.</summary>
    /// <param name="other">The other.</param>
    /// <returns>The range.</returns>
    public ValueRange Union(ValueRange other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));

    /// <summary>Checks the bounds.</summary>
    /// <exception cref="ArgumentException">They are out of order, or beyond 16 bits.</exception>
    public void Validate()
    {
        if (Low < short.MinValue || High > short.MaxValue || Low > High)
            throw new ArgumentException($"A range from {Low} to {High} is empty or exceeds 16 bits.");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Low} to {High}";
}
