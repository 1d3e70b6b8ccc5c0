namespace Tessera.Models.Swift;

/// <summary>Rows of numbers for what is computed on the way; pinned, and long enough for vectors to write past their end.</summary>
internal sealed unsafe class WorkRows
{
    private const int Excess = 32;

    private int[] _rows = [];
    private int* _first;
    private int _stride;

    /// <summary>Makes rows, whose content is not defined.</summary>
    public void Begin(int width, int count)
    {
        _stride = (width + Excess + 15) & ~15;
        if (_rows.Length < _stride * count)
        {
            _rows = GC.AllocateUninitializedArray<int>(_stride * count, pinned: true);
            _first = (int*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _rows[0]);
        }
    }

    /// <summary>A row.</summary>
    public int* Row(int index) => _first + (index * _stride);
}
