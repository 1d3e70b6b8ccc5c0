using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tessera.Exact.Managed;

/// <summary>Zeros that stay where they are, the first at the start of a cache line, so that no vector crosses one.</summary>
/// <typeparam name="T">The element type.</typeparam>
internal sealed unsafe class AlignedArray<T>
    where T : unmanaged
{
    private const int LineBytes = 64;

    // Keeps the memory alive; pinned.
    private readonly T[] _array;

    public AlignedArray(int length)
    {
        _array = GC.AllocateArray<T>(length + (LineBytes / sizeof(T)), pinned: true);
        var start = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array));
        Pointer = (T*)((start + LineBytes - 1) & ~(nuint)(LineBytes - 1));
    }

    /// <summary>The first element. Valid as long as this object is.</summary>
    public T* Pointer { get; }
}
