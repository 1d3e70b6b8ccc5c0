using System.Numerics;
namespace Tessera.Entropy;

/// <summary>
/// Distributions over the integers, by location and scale: the logistic or the Gaussian density, integrated over each integer's unit
/// interval and kept as integer frequencies that are the same on every machine.
/// </summary>
/// <remarks>
/// <para>
/// <b>When to use which.</b> <see cref="Logistic"/> for samples and for integer latents: its tails fit what images hold.
/// <see cref="Gaussian"/> for latents whose model is Gaussian by construction. A <see cref="Mixture"/> of several of either where one
/// is not enough. Through an <see cref="AnsStack"/> a single integer is coded by <see cref="Push"/> and <see cref="Pop"/>; through
/// interleaved streams, many at once by <see cref="LaneValues"/>.
/// </para>
/// <para>
/// <b>Location</b> is the mean in 1/64. <b>Scale</b> is a level: level n is the scale 2^(n/8 - 4) (for the logistic its s, for the
/// Gaussian its standard deviation), from 1/16 to about 7500, so that the level for a scale is round(8 log2(scale)) + 32.
/// Both steps together cost less than 0.1 % of the entropy (<c>spec/entropy.md</c> has the figures).
/// </para>
/// <para>
/// <b>Range.</b> Any integer whose distance from the mean is less than 2^19 can be coded, whatever the scale: what the table does not
/// reach is an escape with an Exp-Golomb code for the rest. Instances are immutable, and safe to use from any number of threads.
/// </para>
/// </remarks>
public sealed class ScaleTables
{
    /// <summary>The number of scale levels.</summary>
    public const int LevelCount = TableLevels + (MaxShift * LevelsPerOctave);

    /// <summary>The fractional bits of a location.</summary>
    public const int LocationFractionBits = 6;

    /// <summary>Locations lie between minus this and this, exclusively, in 1/64.</summary>
    public const int LocationLimit = 1 << 26;

    /// <summary>Integers closer than this to the mean can be coded at any scale.</summary>
    public const int DistanceLimit = 1 << 19;

    private const int LevelsPerOctave = 8;

    /// <summary>Levels with tables of their own. Those above take the table of the same scale in bins of 2, 4, 8, ... integers.</summary>
    private const int TableLevels = 7 * LevelsPerOctave;

    private const int MaxShift = 10;

    /// <summary>The level of scale 1.</summary>
    private const int UnitLevel = 4 * LevelsPerOctave;

    private readonly Level[] _levels = new Level[LevelCount];

    private ScaleTables(ulong reachInScales, Func<ulong, ulong> tail)
    {
        var builder = new FrequencyTablesBuilder();
        for (int level = 0; level < TableLevels; level++)
        {
            int reach = 2 + (int)TableArithmetic.ScaleByPower(reachInScales, level - UnitLevel, TableArithmetic.FractionBits);
            _levels[level] = new(builder.Count, reach, FractionBits(level), 0);
            AddLevel(builder, level, reach, tail);
        }

        for (int level = TableLevels; level < LevelCount; level++)
        {
            int shift = ((level - TableLevels) / LevelsPerOctave) + 1;
            _levels[level] = _levels[level - (shift * LevelsPerOctave)] with { Shift = shift };
        }

        Tables = builder.Build();
    }

    /// <summary>The discretised logistic distribution.</summary>
    public static ScaleTables Logistic => LogisticHolder.Tables;

    /// <summary>The discretised Gaussian distribution.</summary>
    public static ScaleTables Gaussian => GaussianHolder.Tables;

    /// <summary>All tables, as interleaved streams take them.</summary>
    public FrequencyTables Tables { get; }

    /// <summary>Finds the table for a location and a scale.</summary>
    /// <param name="location">The mean in 1/64, its magnitude less than <see cref="LocationLimit"/>.</param>
    /// <param name="level">The scale level, 0 to <see cref="LevelCount"/> - 1.</param>
    /// <returns>The table, and the integers for which its symbols stand.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public TablePlacement Place(int location, int level)
    {
        if ((uint)(location + LocationLimit - 1) >= (2 * LocationLimit) - 1)
            throw new ArgumentOutOfRangeException(nameof(location), location, $"A location is less than {LocationLimit} in magnitude.");
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)level, (uint)LevelCount, nameof(level));

        Level found = _levels[level];
        int mean = (location + found.Addend) >> found.ExcessBits;
        return new TablePlacement(
            found.FirstTable + (mean & ((1 << found.FractionBits) - 1)),
            (mean >> found.FractionBits) - found.Reach - 1,
            found.Shift);
    }

    /// <summary>Pushes an integer.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="value">The integer, closer than <see cref="DistanceLimit"/> to the mean.</param>
    /// <param name="location">The mean in 1/64.</param>
    /// <param name="level">The scale level.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public void Push(AnsStack stack, int value, int location, int level)
    {
        ArgumentNullException.ThrowIfNull(stack);
        TablePlacement placement = Place(location, level);
        int symbol = ToSymbol(value, placement, level, out int excess);
        stack.PushBits((uint)(value & ((1 << placement.Shift) - 1)), placement.Shift);
        if (excess >= 0)
            ExcessCode.Push(stack, (uint)excess, ExcessOrder(level));
        SymbolInterval interval = Tables.Interval(placement.Table, symbol);
        stack.Push(interval.Start, interval.Frequency, FrequencyTables.Precision);
    }

    /// <summary>Pops an integer that <see cref="Push"/> pushed.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="location">The mean in 1/64.</param>
    /// <param name="level">The scale level.</param>
    /// <returns>
    /// The integer. The tails being infinite, damaged data may give any, so that a caller checks it against its own alphabet.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits; some of the integer's may have been popped.</exception>
    public int Pop(AnsStack stack, int location, int level)
    {
        ArgumentNullException.ThrowIfNull(stack);
        TablePlacement placement = Place(location, level);
        int symbol = Tables.Find(placement.Table, stack.Peek(FrequencyTables.Precision), out SymbolInterval interval);
        stack.Drop(interval.Start, interval.Frequency, FrequencyTables.Precision);
        int bin = placement.Origin + symbol;
        if (IsEscape(placement, symbol))
            bin = Beyond(bin, symbol, ExcessCode.Read(ref stack, ExcessOrder(level)));
        return (bin << placement.Shift) | (int)stack.PopBits(placement.Shift);
    }

    /// <summary>About how many bits an integer takes: within 0.02 of what the tables say, and the same on every machine.</summary>
    /// <param name="value">The integer, closer than <see cref="DistanceLimit"/> to the mean.</param>
    /// <param name="location">The mean in 1/64.</param>
    /// <param name="level">The scale level.</param>
    /// <returns>The bits, in 1/256.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public int EstimateCost(int value, int location, int level)
    {
        TablePlacement placement = Place(location, level);
        uint frequency = Tables.Interval(placement.Table, ToSymbol(value, placement, level, out int excess)).Frequency;

        // log2(1 + m) is about m + 0.34375 m (1 - m).
        int whole = BitOperations.Log2(frequency), part = (int)((frequency << 8) >> whole) & 0xFF;
        int cost = ((FrequencyTables.Precision - whole + placement.Shift) << 8) - part - ((part * (256 - part) * 11) >> 13);
        if (excess >= 0)
        {
            int order = ExcessOrder(level);
            cost += ((2 * BitOperations.Log2(((uint)excess >> order) + 1)) + 1 + order) << 8;
        }

        return cost;
    }

    /// <summary>Makes a component of a <see cref="Mixture"/>.</summary>
    /// <param name="location">The mean in 1/64.</param>
    /// <param name="level">The scale level.</param>
    /// <param name="weight">The component's share of the mixture's sum of weights; zero is allowed.</param>
    /// <returns>The component.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public MixtureComponent Component(int location, int level, uint weight)
    {
        TablePlacement placement = Place(location, level);
        int spreadBits = Math.Max(0, (level - UnitLevel) / LevelsPerOctave);
        return new MixtureComponent(
            Tables.Offsets[placement.Table],
            Tables.SymbolCount(placement.Table),
            placement,
            location >> LocationFractionBits,
            spreadBits,
            weight);
    }

    /// <summary>The order of the Exp-Golomb code of what lies beyond a table.</summary>
    internal static int ExcessOrder(int level) => Math.Clamp((Math.Min(level, TableLevels - 1) - UnitLevel) / LevelsPerOctave, 0, 2);

    /// <summary>The bin that lies a number of bins beyond that of an escape.</summary>
    internal static int Beyond(int bin, int symbol, uint excess) => symbol == 0 ? bin - (int)excess : bin + (int)excess;

    /// <summary>Whether a symbol is one of a table's two escapes.</summary>
    internal bool IsEscape(TablePlacement placement, int symbol) => symbol == 0 || symbol == Tables.SymbolCount(placement.Table) - 1;

    /// <summary>The symbol of an integer, and how many bins it lies beyond an escape's, or -1 if it is not an escape.</summary>
    internal int ToSymbol(int value, TablePlacement placement, int level, out int excess)
    {
        int last = Tables.SymbolCount(placement.Table) - 1;
        int symbol = (value >> placement.Shift) - placement.Origin;
        if (symbol > 0 && symbol < last)
        {
            excess = -1;
            return symbol;
        }

        excess = symbol <= 0 ? -symbol : symbol - last;
        if (excess > ExcessCode.MaxExcess(ExcessOrder(level)))
            throw new ArgumentOutOfRangeException(nameof(value), value, "The value is too far from its mean to be coded.");
        return symbol <= 0 ? 0 : last;
    }

    /// <summary>The binary logarithm of a level's tables, one for each fractional mean: 16 to 32 in a scale, at most 64.</summary>
    private static int FractionBits(int level) => Math.Min(LocationFractionBits, LevelsPerOctave - (level / LevelsPerOctave));

    private static void AddLevel(FrequencyTablesBuilder builder, int level, int reach, Func<ulong, ulong> tail)
    {
        int fractionBits = FractionBits(level);
        int symbols = (2 * reach) + 3;
        Span<uint> frequencies = stackalloc uint[symbols];
        for (int fraction = 0; fraction < 1 << fractionBits; fraction++)
        {
            uint start = 0;
            for (int symbol = 0; symbol < symbols - 1; symbol++)
            {
                // The upper end of the symbol's unit interval, less the mean, in 1/128.
                int boundary = ((2 * (symbol - reach)) - 1) * (1 << LocationFractionBits);
                boundary -= (2 * fraction) << (LocationFractionBits - fractionBits);
                uint end = (uint)symbol + 1 + MassBelow(boundary, level, (1u << FrequencyTables.Precision) - (uint)symbols, tail);
                frequencies[symbol] = end - start;
                start = end;
            }

            frequencies[symbols - 1] = (1u << FrequencyTables.Precision) - start;
            builder.Add(frequencies);
        }
    }

    /// <summary>The distribution's mass below a boundary, in units of which there are so many as given.</summary>
    private static uint MassBelow(int boundary, int level, uint units, Func<ulong, ulong> tail)
    {
        ulong distance = TableArithmetic.ScaleByPower((ulong)Math.Abs(boundary), UnitLevel - level, LocationFractionBits + 1);
        uint lower = (uint)(((units * tail(distance)) + (TableArithmetic.One >> 1)) >> TableArithmetic.FractionBits);
        return boundary <= 0 ? lower : units - lower;
    }

    /// <summary>The tables of a level.</summary>
    /// <param name="FirstTable">That of the fractional mean 0.</param>
    /// <param name="Reach">How many bins from the mean's they have symbols for.</param>
    /// <param name="FractionBits">The binary logarithm of their number.</param>
    /// <param name="Shift">That of the integers in a bin.</param>
    private readonly record struct Level(int FirstTable, int Reach, int FractionBits, int Shift)
    {
        /// <summary>The bits of a location that are rounded off.</summary>
        public int ExcessBits => Shift + LocationFractionBits - FractionBits;

        /// <summary>What rounds it: a half, less the half bin by which a bin's middle lies above its first integer.</summary>
        public int Addend => ((1 << ExcessBits) >> 1) - (((1 << Shift) - 1) << (LocationFractionBits - 1));
    }

    private static class LogisticHolder
    {
        public static readonly ScaleTables Tables = new(10, TableArithmetic.LogisticTail);
    }

    private static class GaussianHolder
    {
        public static readonly ScaleTables Tables = new(5, TableArithmetic.GaussianTail);
    }
}
