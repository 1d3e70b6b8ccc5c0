using System.Runtime.CompilerServices;
using Tessera.Entropy;

namespace Tessera.Models.Swift;

/// <summary>Where the decoder stands in a row of a plane, and what it needs there.</summary>
internal unsafe struct RowCursor
{
    /// <summary>The row's samples, and those of the row above.</summary>
    public int* Samples, Above;

    /// <summary>The magnitudes of the row's errors.</summary>
    public int* Errors;

    /// <summary>The parts of predictions and activities that were known before the row.</summary>
    public int* Predictions, Activities;

    /// <summary>The table of (activity, fraction).</summary>
    public byte* TableOf;

    /// <summary>The factors of W, WW, and the median.</summary>
    public int West, WestWest, Median;

    /// <summary>The weights of the errors at W and WW, and of |W - NW|.</summary>
    public int ErrorWest, ErrorWestWest, Drop;

    public int ActivityShift;
}

/// <summary>The types by which a kernel is compiled once for samples whose errors are symbols, and once for deeper ones.</summary>
internal interface IDepthKind
{
    static abstract bool IsDeep { get; }
}

/// <summary>Errors are symbols.</summary>
internal readonly struct Shallow : IDepthKind
{
    public static bool IsDeep => false;
}

/// <summary>Errors are tokens and bits.</summary>
internal readonly struct Deep : IDepthKind
{
    public static bool IsDeep => true;
}

/// <summary>Decodes samples: the part of decoding that no vectors help.</summary>
internal static unsafe class SampleKernel
{
    /// <summary>Decodes a row of each plane, pixel by pixel.</summary>
    public static void DecodeRows<TDepth>(scoped ReadOnlySpan<RowCursor> rows, int width, int depth, SymbolTables tables, ref LaneSymbolReader reader)
        where TDepth : IDepthKind
    {
        fixed (RowCursor* cursors = rows)
        {
            switch (rows.Length)
            {
                case 1:
                    DecodeOne<TDepth>(cursors, width, depth, tables, ref reader);
                    break;
                case 3:
                    DecodeThree<TDepth>(cursors, width, depth, tables, ref reader);
                    break;
                default:
                    DecodeAny<TDepth>(cursors, rows.Length, width, depth, tables, ref reader);
                    break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DecodeOne<TDepth>(RowCursor* row, int width, int depth, SymbolTables tables, ref LaneSymbolReader reader)
        where TDepth : IDepthKind
    {
        var state = new Neighbours(row);
        for (int x = 0; x < width; x++)
            state = Decode<TDepth>(row, x, state, depth, tables, ref reader);
    }

    // Three chains of dependent instructions side by side.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DecodeThree<TDepth>(RowCursor* rows, int width, int depth, SymbolTables tables, ref LaneSymbolReader reader)
        where TDepth : IDepthKind
    {
        Neighbours first = new(rows), second = new(rows + 1), third = new(rows + 2);
        for (int x = 0; x < width; x++)
        {
            first = Decode<TDepth>(rows, x, first, depth, tables, ref reader);
            second = Decode<TDepth>(rows + 1, x, second, depth, tables, ref reader);
            third = Decode<TDepth>(rows + 2, x, third, depth, tables, ref reader);
        }
    }

    private static void DecodeAny<TDepth>(RowCursor* rows, int count, int width, int depth, SymbolTables tables, ref LaneSymbolReader reader)
        where TDepth : IDepthKind
    {
        Span<Neighbours> states = stackalloc Neighbours[SampleFormat.MaxChannels];
        for (int i = 0; i < count; i++)
            states[i] = new(rows + i);
        for (int x = 0; x < width; x++)
        {
            for (int i = 0; i < count; i++)
                states[i] = Decode<TDepth>(rows + i, x, states[i], depth, tables, ref reader);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Neighbours Decode<TDepth>(RowCursor* row, int x, Neighbours at, int depth, SymbolTables tables, ref LaneSymbolReader reader)
        where TDepth : IDepthKind
    {
        int precision = PlanePlan.Precision(depth);
        int north = row->Above[x], northWest = row->Above[x - 1];
        int west = at.West;
        int median = Math.Min(Math.Max(west + north - northWest, Math.Min(west, north)), Math.Max(west, north));
        int sum = row->Predictions[x] + (row->West * west) + (row->WestWest * at.WestWest) + (row->Median * median);
        sum = Math.Min(Math.Max(sum, 0), (1 << (depth + precision)) - 1);
        int activity = row->Activities[x] + (row->ErrorWest * at.ErrorWest) + (row->ErrorWestWest * at.ErrorWestWest) + (row->Drop * Math.Abs(west - northWest));
        activity = Math.Min(Math.Max(activity >> row->ActivityShift, 0), PlanePlan.ActivityLevels - 1);
        int fraction = (sum >> (precision - PlanePlan.FractionBits)) & (PlanePlan.Fractions - 1);
        int folded = reader.Read(tables, row->TableOf[(activity << PlanePlan.FractionBits) | fraction]);
        if (TDepth.IsDeep && folded >= TokenCode.FirstWithBits)
            folded = TokenCode.Base(folded) + (int)reader.ReadBits(TokenCode.BitCount(folded));
        int sample = ((sum >> precision) + ((folded >> 1) ^ -(folded & 1))) & ((1 << depth) - 1);
        int error = (folded + 1) >> 1;
        row->Samples[x] = sample;
        row->Errors[x] = error;
        return new(sample, west, error, at.ErrorWest);
    }

    /// <summary>What the next sample of a row looks at.</summary>
    private readonly struct Neighbours(int west, int westWest, int errorWest, int errorWestWest)
    {
        public readonly int West = west, WestWest = westWest, ErrorWest = errorWest, ErrorWestWest = errorWestWest;

        public Neighbours(RowCursor* row)
            : this(row->Samples[-1], row->Samples[-2], row->Errors[-1], row->Errors[-2])
        {
        }
    }
}
