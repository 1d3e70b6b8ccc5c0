using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Tessera.Exact.Managed;

/// <summary>Where a value's elements of one tile are.</summary>
internal readonly unsafe struct Plane(short* origin, int height, int width, int rowStride, int pixelStride, int channels)
{
    /// <summary>Channel 0 of the upper left pixel.</summary>
    public short* Origin => origin;

    public int Height => height;

    public int Width => width;

    /// <summary>Elements from a row to the next.</summary>
    public int RowStride => rowStride;

    /// <summary>Elements from a pixel to the next.</summary>
    public int PixelStride => pixelStride;

    public int Channels => channels;

    public short* Row(int y) => origin + ((nint)y * rowStride);

    /// <summary>The channels of a pixel.</summary>
    public Span<short> Pixel(int y, int x) => new(Row(y) + ((nint)x * pixelStride), channels);
}

/// <summary>The memory of one tile at a time: one allocation, of which storages that are not in use at the same time share parts.</summary>
internal sealed unsafe class Workspace : IDisposable
{
    private const int Alignment = 64;

    // Kernels read pairs of elements, and may write a whole vector.
    private const int Slack = 128;

    private readonly BufferPlan _plan;
    private readonly nint[] _offsets;
    private short* _memory;
    private nuint _length;
    private int _height, _width;

    public Workspace(BufferPlan plan, int normalizedGroups)
    {
        _plan = plan;
        _offsets = new nint[plan.Storages.Length];
        Statistics = new (int, int)[normalizedGroups];
    }

    /// <summary>The mean and the reciprocal of the deviation of each normalised group.</summary>
    public (int Mean, int Reciprocal)[] Statistics { get; }

    /// <summary>What the run was given and hands out.</summary>
    public ExactTensor[] Inputs { get; set; } = [];

    public ExactTensor[] Outputs { get; set; } = [];

    /// <summary>The tile at hand.</summary>
    public int Tile { get; set; }

    ~Workspace() => NativeMemory.AlignedFree(_memory);

    /// <summary>Makes room for tiles of a size.</summary>
    public void Resize(int height, int width)
    {
        if (height == _height && width == _width)
            return;
        nint length = Place(height, width);
        if ((nuint)length > _length)
        {
            NativeMemory.AlignedFree(_memory);
            _memory = null;
            _length = 0;
            _memory = (short*)NativeMemory.AlignedAlloc((nuint)length * sizeof(short), Alignment);
            _length = (nuint)length;
        }

        // What is read beyond a value's channels meets weights of 0, but should not be chance.
        NativeMemory.Clear(_memory, _length * sizeof(short));
        (_height, _width) = (height, width);
    }

    public Plane Plane(View view)
    {
        Storage storage = _plan.Storages[view.Storage];
        (int height, int width) = storage.Extent.Sides(_height, _width);
        int rowStride = (width + (2 * storage.Halo)) * storage.Channels;
        short* origin = _memory + _offsets[view.Storage] + ((nint)storage.Halo * rowStride) + ((nint)storage.Halo * storage.Channels) + view.Offset;
        return new(origin, height, width, rowStride, storage.Channels, view.Channels);
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _length = 0;
        _height = _width = 0;
        GC.SuppressFinalize(this);
    }

    // First fit: each storage, in the order of their first uses, at the lowest place where nothing is that is in use with it.
    private nint Place(int height, int width)
    {
        ImmutableArray<Storage> storages = _plan.Storages;
        var lengths = new nint[storages.Length];
        nint total = 0;
        var placed = new List<int>();
        foreach (int i in Enumerable.Range(0, storages.Length).OrderBy(i => storages[i].FirstUse))
        {
            Storage storage = storages[i];
            (int h, int w) = storage.Extent.Sides(height, width);
            nint elements = checked((nint)(h + (2 * storage.Halo)) * (w + (2 * storage.Halo)) * storage.Channels);
            lengths[i] = (elements + Slack + 31) & ~31;
            nint offset = 0;
            foreach (int other in placed.Where(p => storages[p].LastUse >= storage.FirstUse).OrderBy(p => _offsets[p]))
            {
                if (offset + lengths[i] <= _offsets[other])
                    break;
                offset = Math.Max(offset, _offsets[other] + lengths[other]);
            }

            _offsets[i] = offset;
            placed.Add(i);
            total = Math.Max(total, offset + lengths[i]);
        }

        return total;
    }
}
