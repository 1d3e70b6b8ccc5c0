using System.Runtime.CompilerServices;

namespace Tessera.Entropy;

/// <summary>
/// A set of static distributions over the symbols 0, 1, 2 and so on, each table with 2^16 slots that are shared out to its symbols.
/// Immutable, and safe to use from any number of threads.
/// </summary>
/// <remarks>
/// <b>When to use it.</b> For alphabets of at most a few hundred symbols whose distributions are known in advance; a symbol then names
/// one of the tables. <see cref="LaneEncoder"/> and <see cref="LaneDecoder"/> take a set as it is; with an <see cref="AnsStack"/>,
/// use <see cref="Interval"/> and <see cref="Find"/> at <see cref="Precision"/>. Tables of samples and of latents by mean and scale are
/// ready-made in <see cref="ScaleTables"/>.
/// </remarks>
public sealed class FrequencyTables
{
    /// <summary>The binary logarithm of the number of slots of a table.</summary>
    public const int Precision = 16;

    /// <summary>The number of tables that a set may have.</summary>
    public const int MaxCount = 1 << 16;

    /// <summary>The entries of a table in <see cref="Guide"/>: one for each bucket of slots, and one for the end.</summary>
    internal const int GuideLength = (1 << (Precision - BucketBits)) + 1;

    /// <summary>The binary logarithm of the slots of a bucket.</summary>
    internal const int BucketBits = 10;

    private readonly ushort[] _cumulative;
    private readonly int[] _offsets;
    private readonly ushort[] _guide;

    internal FrequencyTables(IReadOnlyList<ushort> cumulative, IReadOnlyList<int> offsets)
    {
        _cumulative = [.. cumulative];
        _offsets = [.. offsets];
        _guide = new ushort[Count * GuideLength];
        for (int table = 0; table < Count; table++)
            MakeGuide(Locate(table), _guide.AsSpan(table * GuideLength, GuideLength));
    }

    /// <summary>The number of tables.</summary>
    public int Count => _offsets.Length - 1;

    /// <summary>
    /// The tables one after another, each the cumulative frequencies of its symbols and, at the end, that of all slots, of which 16 bits
    /// are zero.
    /// </summary>
    internal ReadOnlySpan<ushort> Cumulative => _cumulative;

    /// <summary>Where each table begins in <see cref="Cumulative"/>, and where the last one ends.</summary>
    internal ReadOnlySpan<int> Offsets => _offsets;

    /// <summary>
    /// For each table the symbol to which the first slot of each bucket belongs, and the last symbol: where in the table to search.
    /// </summary>
    internal ReadOnlySpan<ushort> Guide => _guide;

    /// <summary>The number of symbols of a table.</summary>
    /// <param name="table">The table, 0 to <see cref="Count"/> - 1.</param>
    /// <returns>The number, at least 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such table.</exception>
    public int SymbolCount(int table) => Locate(table).Length - 1;

    /// <summary>The slots of a symbol.</summary>
    /// <param name="table">The table, 0 to <see cref="Count"/> - 1.</param>
    /// <param name="symbol">The symbol, 0 to <see cref="SymbolCount"/> - 1.</param>
    /// <returns>The slots, at <see cref="Precision"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such table, or no such symbol in it.</exception>
    public SymbolInterval Interval(int table, int symbol)
    {
        ReadOnlySpan<ushort> cumulative = Locate(table);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)symbol, (uint)cumulative.Length - 1, nameof(symbol));
        return IntervalAt(cumulative, symbol);
    }

    /// <summary>The symbol to which a slot belongs.</summary>
    /// <param name="table">The table, 0 to <see cref="Count"/> - 1.</param>
    /// <param name="slot">The slot, less than 2^16.</param>
    /// <param name="interval">All slots of the symbol.</param>
    /// <returns>The symbol.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such table, or no such slot.</exception>
    public int Find(int table, uint slot, out SymbolInterval interval)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, 1u << Precision);
        ReadOnlySpan<ushort> cumulative = Locate(table);
        ReadOnlySpan<ushort> guide = _guide.AsSpan((table * GuideLength) + (int)(slot >> BucketBits), 2);
        int symbol = guide[0];
        for (int last = guide[1]; symbol < last;)
        {
            int middle = symbol + ((last - symbol + 1) >> 1);
            if (cumulative[middle] <= slot)
                symbol = middle;
            else
                last = middle - 1;
        }

        interval = IntervalAt(cumulative, symbol);
        return symbol;
    }

    private static void MakeGuide(ReadOnlySpan<ushort> cumulative, Span<ushort> guide)
    {
        int symbol = 0, last = cumulative.Length - 2;
        for (int bucket = 0; bucket < guide.Length - 1; bucket++)
        {
            while (symbol < last && cumulative[symbol + 1] <= bucket << BucketBits)
                symbol++;
            guide[bucket] = (ushort)symbol;
        }

        guide[^1] = (ushort)last;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static SymbolInterval IntervalAt(ReadOnlySpan<ushort> cumulative, int symbol)
    {
        // The end of the last symbol, 2^16, is stored as zero; a single symbol has all the slots.
        uint start = cumulative[symbol];
        return new SymbolInterval(start, (ushort)(cumulative[symbol + 1] - start - 1) + 1u);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<ushort> Locate(int table)
    {
        int[] offsets = _offsets;
        if ((uint)table >= (uint)offsets.Length - 1)
            throw new ArgumentOutOfRangeException(nameof(table), table, "There is no such table in the set.");
        return _cumulative.AsSpan(offsets[table]..offsets[table + 1]);
    }
}
