using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tessera.Entropy;

/// <summary>
/// Distributions over up to 256 symbols that are made anew for each piece of data, for <see cref="LaneSymbolReader"/>. They take little time to make
/// and 3 KiB each, so that tens of them stay in a processor's caches.
/// </summary>
/// <remarks>
/// A guide tells the symbol of the first slot of each bucket of 32; the symbol of a slot is most often that one. For tables that are made once, and are
/// shared by threads, see <see cref="FrequencyTables"/>. Not thread-safe while tables are set.
/// </remarks>
public sealed class SymbolTables
{
    /// <summary>The largest number of symbols of a table.</summary>
    public const int MaxSymbols = 256;

    internal const int BucketBits = 5;
    internal const int GuideBytes = 1 << (FrequencyTables.Precision - BucketBits);

    // 64 more, so that the same entries of different tables lie in different sets of a cache.
    internal const int Stride = GuideBytes + (MaxSymbols * sizeof(uint)) + 64;

    private byte[] _tables = [];

    /// <summary>The number of tables.</summary>
    public int Count { get; private set; }

    internal ref byte First => ref MemoryMarshal.GetArrayDataReference(_tables);

    /// <summary>Makes room. All tables are to be set after that.</summary>
    /// <param name="count">The number of tables.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public void Reset(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Count = 0;
        if (_tables.Length < count * Stride)
            _tables = GC.AllocateUninitializedArray<byte>(count * Stride);
        Count = count;
        Span<uint> all = stackalloc uint[1];
        all[0] = 1u << FrequencyTables.Precision;
        for (int table = 0; table < count; table++)
            Set(table, all);
    }

    /// <summary>Sets a table.</summary>
    /// <param name="table">Which one, 0 to <see cref="Count"/> - 1.</param>
    /// <param name="frequencies">The frequency of each symbol, of which some may be zero; their sum is 2^16.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such table.</exception>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxSymbols"/> frequencies, or their sum is not 2^16.</exception>
    public void Set(int table, ReadOnlySpan<uint> frequencies)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)table, (uint)Count, nameof(table));
        ulong sum = 0;
        foreach (uint frequency in frequencies)
            sum += frequency;
        if (frequencies.Length > MaxSymbols || sum != 1UL << FrequencyTables.Precision)
            throw new ArgumentException($"A table has up to {MaxSymbols} symbols whose frequencies sum to 65536; these are {frequencies.Length} with the sum {sum}.", nameof(frequencies));
        Span<byte> guide = _tables.AsSpan(table * Stride, GuideBytes);
        Span<uint> intervals = MemoryMarshal.Cast<byte, uint>(_tables.AsSpan((table * Stride) + GuideBytes, MaxSymbols * sizeof(uint)));
        uint start = 0;
        int bucket = 0;
        for (int symbol = 0; symbol < frequencies.Length; symbol++)
        {
            uint frequency = frequencies[symbol];

            // A symbol without slots gets an interval that holds no slot from its start on: that of no slot before it either way.
            intervals[symbol] = Pack(start, frequency);
            start += frequency;
            int end = (int)((start + (1 << BucketBits) - 1) >> BucketBits);
            guide[bucket..end].Fill((byte)symbol);
            bucket = end;
        }
    }

    /// <summary>The end of an interval is kept in the upper half, less 1 so that 65536 fits; the start in the lower.</summary>
    private static uint Pack(uint start, uint frequency) => (ushort)start | ((start + frequency - 1) << FrequencyTables.Precision);
}
