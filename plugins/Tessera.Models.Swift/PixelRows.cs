namespace Tessera.Models.Swift;

/// <summary>Rows in which the numbers of up to four planes stand side by side, pixel by pixel. Pinned.</summary>
internal sealed unsafe class PixelRows
{
    private const int Kinds = 5;
    private const int Before = 4 * SampleKernel.Lanes;
    private const int After = 4 * SampleKernel.Lanes;

    private int[] _rows = [];
    private int* _first;
    private int _stride;

    /// <summary>Begins a region: all numbers are zero.</summary>
    public void Begin(int width)
    {
        _stride = Before + (width * SampleKernel.Lanes) + After;
        int length = Kinds * _stride;
        if (_rows.Length < length)
        {
            _rows = GC.AllocateUninitializedArray<int>(length, pinned: true);
            _first = (int*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _rows[0]);
        }

        _rows.AsSpan(0, length).Clear();
    }

    /// <summary>Sums that make predictions.</summary>
    public int* Predictions => Row(0);

    /// <summary>Sums that make activities.</summary>
    public int* Activities => Row(1);

    /// <summary>The magnitudes of errors.</summary>
    public int* Errors => Row(2);

    /// <summary>Samples of this step, or of the one before: of each plane, the row above.</summary>
    public int* Samples(int step) => Row(3 + (step & 1));

    private int* Row(int kind) => _first + (kind * _stride) + Before;
}
