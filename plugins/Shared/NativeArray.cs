using System.Runtime.InteropServices;

namespace Tessera.Models;

/// <summary>Memory outside the collected heap, aligned for vectors and zero at first.</summary>
/// <typeparam name="T">The elements.</typeparam>
internal sealed unsafe class NativeArray<T> : IDisposable
    where T : unmanaged
{
    private const int Alignment = 64;

    public NativeArray(int length)
    {
        Length = length;
        Pointer = (T*)NativeMemory.AlignedAlloc((nuint)length * (nuint)sizeof(T), Alignment);
        Span.Clear();
    }

    ~NativeArray() => NativeMemory.AlignedFree(Pointer);

    public int Length { get; }

    public T* Pointer { get; private set; }

    public Span<T> Span => new(Pointer, Length);

    public void Dispose()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
        GC.SuppressFinalize(this);
    }
}
