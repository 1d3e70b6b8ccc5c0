namespace Tessera.Fuzzing.Engine;

/// <summary>What an input may cost: a fixed part, and a part for each of its bytes and for each pixel that it declares.</summary>
/// <param name="Milliseconds">The fixed part of the time.</param>
/// <param name="MicrosecondsPerByte">Time for each byte of the input.</param>
/// <param name="MicrosecondsPerPixel">Time for each pixel.</param>
/// <param name="Bytes">The fixed part of what is allocated.</param>
/// <param name="BytesPerByte">Allocation for each byte of the input.</param>
/// <param name="BytesPerPixel">Allocation for each pixel.</param>
internal sealed record CostBound(
    double Milliseconds, double MicrosecondsPerByte, double MicrosecondsPerPixel, long Bytes, long BytesPerByte, long BytesPerPixel)
{
    /// <summary>For readers that hold one input at a time.</summary>
    public static CostBound Default { get; } = new(200, 20, 200, 1 << 20, 256, 1024);

    public TimeSpan Time(int inputLength, long pixels) =>
        TimeSpan.FromMilliseconds(Milliseconds + (((MicrosecondsPerByte * inputLength) + (MicrosecondsPerPixel * pixels)) / 1000));

    public long Allocation(int inputLength, long pixels) => Bytes + (BytesPerByte * inputLength) + (BytesPerPixel * pixels);
}
