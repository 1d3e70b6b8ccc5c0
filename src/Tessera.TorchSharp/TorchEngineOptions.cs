namespace Tessera.TorchSharp;

/// <summary>How an engine works. Nothing of it changes a result.</summary>
public sealed record TorchEngineOptions
{
    /// <summary>The most tiles of a batch, at least 1. Less where a device's memory is short: each time that it does not suffice, half as many are tried.</summary>
    public int MaxBatchTiles { get; init; } = 256;

    /// <summary>The longest that tiles wait for those of other threads, so that a batch becomes larger. Not negative.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>
    /// Runs with fewer multiplications and additions than this are done by the managed engine, on the thread that asks: on a device they would take longer
    /// to begin than to do. 0 for none. The default, 2^27, is two milliseconds of one processor core.
    /// </summary>
    public double LeastMultiplyAdds { get; init; } = 1 << 27;

    /// <summary>
    /// Whether CUDA may use TF32 for products of matrices, which is exact here and several times as fast. It is a setting of libtorch for the whole process,
    /// so that it is not for a library to make: where it is false, the setting stays what it is.
    /// </summary>
    public bool AllowsTensorFloat32 { get; init; }

    /// <summary>Whether to measure <see cref="EngineStatistics.TransferTime"/>. It keeps transfers from going on beside other work.</summary>
    public bool MeasuresTransfers { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (MaxBatchTiles < 1)
            throw new ArgumentException($"A batch has at least one tile, not {MaxBatchTiles}.");
        if (MaxWait < TimeSpan.Zero || MaxWait > TimeSpan.FromSeconds(1))
            throw new ArgumentException($"Tiles wait 0 to 1000 milliseconds for others, not {MaxWait.TotalMilliseconds}.");
        if (!(LeastMultiplyAdds >= 0))
            throw new ArgumentException($"The least work for a device is 0 or more, not {LeastMultiplyAdds}.");
    }
}
