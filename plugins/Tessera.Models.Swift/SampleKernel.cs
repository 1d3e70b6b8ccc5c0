using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tessera.Entropy;

namespace Tessera.Models.Swift;

/// <summary>
/// What the decoder needs for the rows of up to four planes that it decodes at the same time. Numbers of all planes stand together, pixel by pixel: plane p
/// is lane p of a vector.
/// </summary>
internal unsafe ref struct StepInput
{
    /// <summary>The parts of predictions and activities that are known before the rows.</summary>
    public int* Predictions, Activities;

    /// <summary>The samples above; takes the samples, and the magnitudes of errors. Columns -1 and -2 are there.</summary>
    public int* Above, Samples, Errors;

    /// <summary>The table of (plane, activity, fraction).</summary>
    public byte* TableOf;

    /// <summary>The factors of W, WW, and the median.</summary>
    public Vector128<int> West, WestWest, Median;

    /// <summary>The weights of the errors at W and WW, and of |W - NW|.</summary>
    public Vector128<int> ErrorWest, ErrorWestWest, Drop;

    /// <summary>The first plane that is decoded, and the last one.</summary>
    public int First, Last;

    public int Width, Depth;
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

/// <summary>Decodes samples, pixel by pixel.</summary>
internal static unsafe class SampleKernel
{
    /// <summary>The numbers of a pixel.</summary>
    public const int Lanes = 4;

    /// <summary>The entries of a plane in <see cref="StepInput.TableOf"/>.</summary>
    public const int TableOfLength = PlanePlan.ActivityLevels * PlanePlan.Fractions;

    /// <summary>Decodes a row of each plane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Decode<TDepth>(scoped ref readonly StepInput input, SymbolTables tables, ref LaneSymbolReader reader)
        where TDepth : IDepthKind
    {
        int depth = input.Depth, precision = PlanePlan.Precision(depth), fractionShift = precision - PlanePlan.FractionBits;
        int activityShift = PlanePlan.ActivityShift(depth), width = input.Width, first = input.First, last = input.Last;
        int* predictions = input.Predictions, activities = input.Activities, above = input.Above, samples = input.Samples, errors = input.Errors;
        byte* tableOf = input.TableOf;
        Vector128<int> highest = Vector128.Create((1 << (depth + precision)) - 1), mask = Vector128.Create((1 << depth) - 1);
        Vector128<int> highestActivity = Vector128.Create(PlanePlan.ActivityLevels - 1), fractions = Vector128.Create(PlanePlan.Fractions - 1);
        Vector128<int> offsets = Vector128.Create(0, 1, 2, 3) * TableOfLength;
        Vector128<int> factorWest = input.West, factorWestWest = input.WestWest, factorMedian = input.Median;
        Vector128<int> weightWest = input.ErrorWest, weightWestWest = input.ErrorWestWest, weightDrop = input.Drop;

        Vector128<int> west = Vector128.Load(samples - Lanes), westWest = Vector128.Load(samples - (2 * Lanes));
        Vector128<int> errorWest = Vector128.Load(errors - Lanes), errorWestWest = Vector128.Load(errors - (2 * Lanes));
        Vector128<int> northWest = Vector128.Load(above - Lanes);
        for (nint x = 0, end = (nint)width * Lanes; x < end; x += Lanes)
        {
            Vector128<int> north = Vector128.Load(above + x);
            // What waits for the sample before comes last in each sum.
            Vector128<int> median = Vector128.Min(Vector128.Max(west + (north - northWest), Vector128.Min(west, north)), Vector128.Max(west, north));
            Vector128<int> sum = Vector128.Load(predictions + x) + (westWest * factorWestWest) + (west * factorWest) + (median * factorMedian);
            sum = Vector128.Min(Vector128.Max(sum, Vector128<int>.Zero), highest);
            Vector128<int> activity = Vector128.Load(activities + x) + (errorWestWest * weightWestWest)
                + (Vector128.Abs(west - northWest) * weightDrop) + (errorWest * weightWest);
            activity = Vector128.Min(Vector128.Max(activity >> activityShift, Vector128<int>.Zero), highestActivity);
            Vector128<int> context = ((activity << PlanePlan.FractionBits) + offsets) + ((sum >> fractionShift) & fractions);

            Vector128<int> folded = Vector128<int>.Zero;
            if (first == 0)
                folded = Vector128.CreateScalar(ReadFolded<TDepth>(tables, tableOf[(uint)context.ToScalar()], ref reader));
            if (first <= 1 && last >= 1)
                folded = folded.WithElement(1, ReadFolded<TDepth>(tables, tableOf[(uint)context.GetElement(1)], ref reader));
            if (first <= 2 && last >= 2)
                folded = folded.WithElement(2, ReadFolded<TDepth>(tables, tableOf[(uint)context.GetElement(2)], ref reader));
            if (last >= 3)
                folded = folded.WithElement(3, ReadFolded<TDepth>(tables, tableOf[(uint)context.GetElement(3)], ref reader));

            Vector128<int> error = (folded >> 1) ^ (Vector128<int>.Zero - (folded & Vector128<int>.One));
            westWest = west;
            west = ((sum >> precision) + error) & mask;
            errorWestWest = errorWest;
            errorWest = (folded + Vector128<int>.One) >> 1;
            northWest = north;
            west.Store(samples + x);
            errorWest.Store(errors + x);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadFolded<TDepth>(SymbolTables tables, int table, ref LaneSymbolReader reader)
        where TDepth : IDepthKind
    {
        int token = reader.Read(tables, table);
        return TDepth.IsDeep && token >= TokenCode.FirstWithBits
            ? TokenCode.Base(token) + (int)reader.ReadBits(TokenCode.BitCount(token))
            : token;
    }
}
