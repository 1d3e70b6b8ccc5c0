namespace Tessera.Models.Causal;

/// <summary>The functions of one integer that features and distributions are made with, as tables that a model's weights hold.</summary>
internal sealed unsafe class FeatureTables : IDisposable
{
    /// <summary>The largest scale.</summary>
    public const int LargestScale = 4735;

    /// <summary>Magnitudes of differences, in eighths of a grey level, are less than this.</summary>
    public const int Differences = 4096;

    /// <summary>Exponentials.</summary>
    public const int ExponentialCount = 1024;

    /// <summary>The smallest scale: a grey level.</summary>
    public const int SmallestScale = 8;

    private readonly NativeArray<int> _logarithms, _halfLogarithms, _scaleLogarithms, _scaleLevels, _exponentials, _reciprocals;

    /// <param name="logarithms">Of 1 + i / 8.</param>
    /// <param name="halfLogarithms">Of 1 + i / 16.</param>
    /// <param name="scaleLogarithms">Of a scale i / 8, less 1.</param>
    /// <param name="scaleLevels">The level of a scale i / 8, in sixteenths, above that of scale 1.</param>
    /// <param name="exponentials">Of -i / 64.</param>
    public FeatureTables(
        ReadOnlySpan<int> logarithms, ReadOnlySpan<int> halfLogarithms, ReadOnlySpan<int> scaleLogarithms, ReadOnlySpan<int> scaleLevels,
        ReadOnlySpan<int> exponentials)
    {
        _logarithms = Copy(logarithms);
        _halfLogarithms = Copy(halfLogarithms);
        _scaleLogarithms = Copy(scaleLogarithms);
        _scaleLevels = Copy(scaleLevels);
        _exponentials = Copy(exponentials);
        _reciprocals = new(LargestScale + 1);
        for (int scale = SmallestScale; scale <= LargestScale; scale++)
            _reciprocals.Pointer[scale] = (1 << 20) / scale;
    }

    public int* Logarithms => _logarithms.Pointer;

    public int* HalfLogarithms => _halfLogarithms.Pointer;

    public int* ScaleLogarithms => _scaleLogarithms.Pointer;

    public int* ScaleLevels => _scaleLevels.Pointer;

    public int* Exponentials => _exponentials.Pointer;

    /// <summary>2^20 / i, rounded down.</summary>
    public int* Reciprocals => _reciprocals.Pointer;

    public void Dispose()
    {
        _logarithms.Dispose();
        _halfLogarithms.Dispose();
        _scaleLogarithms.Dispose();
        _scaleLevels.Dispose();
        _exponentials.Dispose();
        _reciprocals.Dispose();
    }

    private static NativeArray<int> Copy(ReadOnlySpan<int> values)
    {
        var result = new NativeArray<int>(values.Length);
        values.CopyTo(result.Span);
        return result;
    }
}
