using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>
/// Distributions of what is put below a sample's last bit: logistic variables cut off at 0 and 1, in as many steps as the bits can say. There is a table for
/// each center and scale.
/// </summary>
internal sealed class DequantiserTables
{
    /// <summary>The most bits.</summary>
    public const int MaxBits = 8;

    /// <summary>Centers there are: number j is the center (j - 8) / 32.</summary>
    public const int CenterCount = 49;

    /// <summary>Scales there are: number s is the scale 2^(s/4 - 4).</summary>
    public const int ScaleCount = 21;

    /// <summary>The binary logarithm of the sum of all frequencies.</summary>
    public const int Precision = 16;

    // Steps are whole numbers of 1 / 256, and so are centers.
    private const int PlaceBits = 8;
    private const int PlacesToCenter = 8;
    private const int FirstCenter = -8;
    private const int UnitScaleBits = 4;

    private static readonly Lazy<DequantiserTables>[] All =
        [.. Enumerable.Range(0, MaxBits + 1).Select(bits => new Lazy<DequantiserTables>(() => new(bits)))];

    private readonly int _bits;

    // Table after table, where each symbol's slots begin, and where the last one's end.
    private readonly uint[] _starts;

    private DequantiserTables(int bits)
    {
        _bits = bits;
        _starts = new uint[ScaleCount * CenterCount * Length];
        for (int scale = 0; scale < ScaleCount; scale++)
        {
            for (int center = 0; center < CenterCount; center++)
                Compute(scale, center, Starts(Number(scale, center)));
        }
    }

    // One more than there are symbols.
    private int Length => (1 << _bits) + 1;

    /// <summary>The tables for so many bits, computed when they are first needed.</summary>
    public static DequantiserTables Of(int bits) => All[bits].Value;

    /// <summary>The table of a center and a scale.</summary>
    public static int Number(int scale, int center) => (scale * CenterCount) + center;

    /// <summary>The slots of a symbol.</summary>
    public SymbolInterval Interval(int table, int symbol)
    {
        ReadOnlySpan<uint> starts = Starts(table);
        return new(starts[symbol], starts[symbol + 1] - starts[symbol]);
    }

    /// <summary>Pushes what was popped by a table.</summary>
    public void Push(AnsStack stack, int symbol, int table)
    {
        SymbolInterval interval = Interval(table, symbol);
        stack.Push(interval.Start, interval.Frequency, Precision);
    }

    /// <summary>Pops bits by a table.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    public int Pop(AnsStack stack, int table)
    {
        ReadOnlySpan<uint> starts = Starts(table);
        uint slot = stack.Peek(Precision);
        int symbol = 0;
        for (int step = 1 << _bits >> 1; step > 0; step >>= 1)
            symbol += starts[symbol + step] <= slot ? step : 0;
        stack.Drop(starts[symbol], starts[symbol + 1] - starts[symbol], Precision);
        return symbol;
    }

    private Span<uint> Starts(int table) => _starts.AsSpan(table * Length, Length);

    // Each symbol has one slot, and the distribution shares out the rest.
    private void Compute(int scale, int center, Span<uint> starts)
    {
        int symbols = 1 << _bits;
        ulong units = (1ul << Precision) - (ulong)symbols, below = Below(0, scale, center), inside = Below(symbols, scale, center) - below;
        for (int symbol = 0; symbol <= symbols; symbol++)
            starts[symbol] = (uint)symbol + (uint)(units * (Below(symbol, scale, center) - below) / inside);
    }

    // The mass of the logistic variable, before it is cut off, below a symbol.
    private ulong Below(int symbol, int scale, int center)
    {
        int place = (symbol << (PlaceBits - _bits)) - (PlacesToCenter * (center + FirstCenter));
        ulong tail = TableArithmetic.LogisticTail(TableArithmetic.ScaleByPower((ulong)Math.Abs(place), -2 * scale, UnitScaleBits));
        return place <= 0 ? tail : TableArithmetic.One - tail;
    }
}
