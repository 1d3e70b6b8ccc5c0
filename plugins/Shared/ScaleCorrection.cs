namespace Tessera.Models;

/// <summary>Corrections of locations that are given in scales: flat and busy areas then have corrections of one size (<c>spec/idfpp.md</c>, section 6).</summary>
internal static class ScaleCorrection
{
    // 2^(n / 8), times 2^15; a scale of level n is 2^(n / 8 - 4).
    private static readonly int[] Eighths = [32768, 35734, 38968, 42495, 46341, 50535, 55109, 60097];

    /// <summary>Adds corrections to locations.</summary>
    /// <param name="corrections">In 1/256 of a scale.</param>
    /// <param name="levels">The scale levels.</param>
    /// <param name="locations">In 1/64, of 16 bits before and after.</param>
    public static void Add(ReadOnlySpan<short> corrections, ReadOnlySpan<byte> levels, Span<int> locations)
    {
        for (int i = 0; i < locations.Length; i++)
            locations[i] = (int)Math.Clamp(locations[i] + InUnits(corrections[i], levels[i]), short.MinValue, short.MaxValue);
    }

    /// <summary>A correction in 1/64.</summary>
    /// <param name="correction">In 1/256 of a scale.</param>
    /// <param name="level">The scale level.</param>
    public static long InUnits(int correction, int level)
    {
        long factor = (long)Eighths[level & 7] << (level >> 3);
        return ((correction * factor) + (1 << 20)) >> 21;
    }
}
