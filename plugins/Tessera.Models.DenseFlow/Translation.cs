namespace Tessera.Models.DenseFlow;

/// <summary>The lifting step of a coupling: adds to values what depends on others. It needs no stack, and costs nothing.</summary>
internal static class Translation
{
    /// <summary>The fraction bits of translations that networks give.</summary>
    public const int NetBits = 6;

    /// <summary>Adds.</summary>
    /// <param name="values">Those that are changed.</param>
    /// <param name="translations">What is added to each, in units of a network.</param>
    /// <param name="shift">The fraction bits of values less those of translations.</param>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public static void Add(Span<int> values, ReadOnlySpan<short> translations, int shift)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = FixedPoint.Check(values[i] + FixedPoint.Shift(translations[i], shift));
    }

    /// <summary>Takes away: the inverse of <see cref="Add"/>.</summary>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public static void Subtract(Span<int> values, ReadOnlySpan<short> translations, int shift)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = FixedPoint.Check(values[i] - FixedPoint.Shift(translations[i], shift));
    }
}
