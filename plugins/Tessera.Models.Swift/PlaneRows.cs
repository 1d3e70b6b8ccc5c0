namespace Tessera.Models.Swift;

/// <summary>
/// The latest rows of a plane, with what lies beyond their ends, where vectors can read past them. Pinned, so that pointers into them stay valid as long
/// as the instance lives.
/// </summary>
internal sealed unsafe class PlaneRows
{
    // A row, those two above it, and one more: planes that look at this one lag behind it.
    private const int Kept = 4;
    private const int Kinds = 4;

    // Columns before the first, and after the last: what vectors of 512 bits read in excess.
    private const int Before = 16;
    private const int After = 48;

    private int[] _rows = [];
    private int* _first;
    private int _stride;

    /// <summary>Pixels in a row.</summary>
    public int Width { get; private set; }

    /// <summary>The memory that the rows take.</summary>
    public static long BytesOf(int width) => (long)Kept * Kinds * (width + Before + After) * sizeof(int);

    /// <summary>Begins a region.</summary>
    public void Begin(int width, int middle)
    {
        _stride = (width + Before + After + 15) & ~15;
        int length = Kept * Kinds * _stride;
        if (_rows.Length < length)
        {
            _rows = GC.AllocateUninitializedArray<int>(length, pinned: true);
            _first = (int*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _rows[0]);
        }

        Width = width;
        _rows.AsSpan(0, length).Clear();
        Samples(0)[-1] = Samples(0)[-2] = middle;
    }

    /// <summary>The samples of a row. Columns -1 and -2 are there before the row is.</summary>
    public int* Samples(int y) => Row(0, y);

    /// <summary>The magnitudes of a row's errors.</summary>
    public int* Errors(int y) => Row(1, y);

    /// <summary>How much each sample differs from the one before, without sign.</summary>
    public int* Steps(int y) => Row(2, y);

    /// <summary>The median of each sample's W, N and W + N - NW, or W in the first row.</summary>
    public int* Medians(int y) => Row(3, y);

    /// <summary>Completes a row whose samples and errors are there, and lays the ground for the next.</summary>
    public void Complete(int y)
    {
        int* samples = Samples(y), errors = Errors(y);
        samples[Width] = samples[Width - 1];
        errors[Width] = errors[Width - 1];
        RowMath.Steps(samples, Steps(y), Width + 1);
        if (y == 0)
        {
            // The second row has the first above it twice.
            new Span<int>(samples - 2, Width + 3).CopyTo(new(Samples(-1) - 2, Width + 3));
        }

        int* next = Samples(y + 1);
        next[-1] = next[-2] = samples[0];
        int* nextErrors = Errors(y + 1);
        nextErrors[-1] = nextErrors[-2] = errors[0];
    }

    /// <summary>Fills a row's medians, once its samples are there.</summary>
    public void FillMedians(int y)
    {
        if (y == 0)
            new Span<int>(Samples(0) - 1, Width).CopyTo(new(Medians(0), Width));
        else
            RowMath.Medians(Samples(y), Samples(y - 1), Medians(y), Width);
    }

    private int* Row(int kind, int y) => _first + ((((y & (Kept - 1)) * Kinds) + kind) * _stride) + Before;
}
