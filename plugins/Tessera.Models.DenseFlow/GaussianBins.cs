using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>
/// Gaussian distributions of mean 0 over bins, as integer frequencies: a table for each level, 16 to 32 bins in a scale at the highest ones. Symbols are
/// bins from the lowest that a table reaches to the highest, and an escape at each end.
/// </summary>
internal static class GaussianBins
{
    /// <summary>The binary logarithm of the sum of all frequencies.</summary>
    public const int Precision = 24;

    /// <summary>Levels that there are tables for: level n is the scale 2^(n/8 - 4) in bins.</summary>
    public const int LevelCount = 72;

    // What a table reaches, in scales: beyond it lies less than a slot.
    private const int ReachInScales = 6;

    private const int UnitLevel = 32;

    // Distances are given to the arithmetic in so many fraction bits.
    private const int DistanceBits = 7;

    // A search begins with what the highest bits of a slot say.
    private const int GuideBits = 8;
    private const int GuideShift = Precision - GuideBits;

    private static readonly int[] Reaches = [.. Enumerable.Range(0, LevelCount).Select(ReachOf)];
    private static readonly uint[][] Starts = [.. Enumerable.Range(0, LevelCount).Select(Compute)];
    private static readonly ushort[][] Guides = [.. Starts.Select(Guide)];

    /// <summary>Symbols of a level's table: twice its reach, and two escapes.</summary>
    public static int SymbolCount(int level) => 2 * (Reaches[level] + 1);

    /// <summary>The bin that the first symbol stands for, an escape.</summary>
    public static int Origin(int level) => -Reaches[level] - 1;

    /// <summary>The slots of a symbol.</summary>
    public static SymbolInterval Interval(int level, int symbol)
    {
        uint[] starts = Starts[level];
        return new(starts[symbol], starts[symbol + 1] - starts[symbol]);
    }

    /// <summary>The symbol that owns a slot.</summary>
    public static int Find(int level, uint slot)
    {
        uint[] starts = Starts[level];
        ushort[] guide = Guides[level];
        int low = guide[slot >> GuideShift], high = guide[(slot >> GuideShift) + 1] + 1;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (starts[middle] <= slot)
                low = middle;
            else
                high = middle;
        }

        return low;
    }

    // For each value of the highest bits the symbol that owns the first slot with them, and at last the last symbol.
    private static ushort[] Guide(uint[] starts)
    {
        var guide = new ushort[(1 << GuideBits) + 1];
        int symbol = 0;
        for (int high = 0; high < guide.Length; high++)
        {
            while (symbol < starts.Length - 2 && starts[symbol + 1] <= (uint)high << GuideShift)
                symbol++;
            guide[high] = (ushort)symbol;
        }

        return guide;
    }

    private static int ReachOf(int level) => 2 + (int)TableArithmetic.ScaleByPower(ReachInScales, level - UnitLevel, TableArithmetic.FractionBits);

    // Each symbol has one slot, and the distribution shares out the rest.
    private static uint[] Compute(int level)
    {
        int symbols = SymbolCount(level);
        uint units = (1u << Precision) - (uint)symbols;
        var starts = new uint[symbols + 1];
        for (int symbol = 1; symbol < symbols; symbol++)
        {
            int edge = Origin(level) + symbol;
            ulong tail = TableArithmetic.GaussianTail(TableArithmetic.ScaleByPower((ulong)Math.Abs(edge) << DistanceBits, UnitLevel - level, DistanceBits));
            uint lower = (uint)(((units * tail) + (TableArithmetic.One >> 1)) >> TableArithmetic.FractionBits);
            starts[symbol] = (uint)symbol + (edge <= 0 ? lower : units - lower);
        }

        starts[symbols] = 1u << Precision;
        return starts;
    }
}
