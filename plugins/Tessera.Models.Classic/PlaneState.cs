using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tessera.Models.Classic;

/// <summary>What prediction needs to know of one plane: the rows around the current sample, with their errors.</summary>
internal sealed class PlaneState
{
    /// <summary>Entries before the first and after the last column of each row.</summary>
    public const int Pad = 8;

    /// <summary>Predictors whose errors are kept.</summary>
    public const int Lanes = 8;

    public int Width { get; private set; }

    public SampleRange Range { get; private set; }

    /// <summary>The latest error of the final prediction, quantised.</summary>
    public int LatestError = Quantize.SignedNone;

    /// <summary>Samples of the current row.</summary>
    public int[] Current = [];

    /// <summary>Samples of the row above.</summary>
    public int[] Above = [];

    /// <summary>Samples of the row above that.</summary>
    public int[] Above2 = [];

    /// <summary>Errors of the final prediction in the current row, in eighths, signed.</summary>
    public int[] Errors = [];

    /// <summary>The same of the row above.</summary>
    public int[] ErrorsAbove = [];

    /// <summary>Errors of each predictor in the current row, in eighths, absolute.</summary>
    public int[] LaneErrors = [];

    /// <summary>The same of the row above.</summary>
    public int[] LaneErrorsAbove = [];

    /// <summary>An element of a row, unchecked: columns are within the row and its padding by the walk that asks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref int At(int[] row, int x) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(row), x);

    /// <summary>Begins a region: above it lie samples of middle intensity, and errors of 0.</summary>
    public void BeginRegion(int width, SampleRange range)
    {
        Width = width;
        Range = range;
        int length = width + (2 * Pad);
        if (Current.Length < length)
        {
            Current = new int[length];
            Above = new int[length];
            Above2 = new int[length];
            Errors = new int[length];
            ErrorsAbove = new int[length];
            LaneErrors = new int[length * Lanes];
            LaneErrorsAbove = new int[length * Lanes];
        }

        int middle = (Range.Low + Range.High + 1) / 2;
        Current.AsSpan(0, length).Fill(middle);
        Above.AsSpan(0, length).Fill(middle);
        Array.Clear(Errors, 0, length);
        LatestError = Quantize.SignedNone;
        Array.Clear(LaneErrors, 0, length * Lanes);
    }

    /// <summary>Moves down by a row: repeats the outermost known values beyond the edges.</summary>
    public void BeginRow()
    {
        (Above2, Above, Current) = (Above, Current, Above2);
        (ErrorsAbove, Errors) = (Errors, ErrorsAbove);
        (LaneErrorsAbove, LaneErrors) = (LaneErrors, LaneErrorsAbove);

        int end = Pad + Width;
        Above.AsSpan(end, Pad).Fill(Above[end - 1]);
        ErrorsAbove.AsSpan(end, Pad).Fill(ErrorsAbove[end - 1]);
        Above.AsSpan(0, Pad).Fill(Above[Pad]);
        Current.AsSpan(0, Pad).Fill(Above[Pad]);
        Errors.AsSpan(0, Pad).Fill(ErrorsAbove[Pad]);
        for (int i = 0; i < Lanes; i++)
        {
            int last = LaneErrorsAbove[((end - 1) * Lanes) + i], first = LaneErrorsAbove[(Pad * Lanes) + i];
            LaneErrorsAbove[(end * Lanes) + i] = last;
            LaneErrorsAbove[((Pad - 1) * Lanes) + i] = first;
            LaneErrors[((Pad - 1) * Lanes) + i] = first;
            LaneErrors[((Pad - 2) * Lanes) + i] = first;
        }
    }

    /// <summary>In a region's first row, the sample to the left stands for those above.</summary>
    public void PrepareFirstRow(int x)
    {
        int left = Current[x - 1];
        Above.AsSpan(x, 4).Fill(left);
        Above2.AsSpan(x, 4).Fill(left);
    }
}

/// <summary>The values that a sample can have.</summary>
/// <param name="Low">The smallest.</param>
/// <param name="High">The largest.</param>
internal readonly record struct SampleRange(int Low, int High)
{
    /// <summary>How far depths above 8 bits are scaled down for contexts.</summary>
    public int Shift => Math.Max(0, 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)(High - Low)) - 9);
}
