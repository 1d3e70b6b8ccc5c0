using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tessera.Entropy;

/// <summary>
/// Reads an interleaved stream symbol by symbol: for models whose next table depends on the symbols before. The stream is the one of
/// <see cref="LaneEncoder"/> and <see cref="LaneSymbolWriter"/>.
/// </summary>
/// <remarks>
/// Damaged data gives wrong symbols, and never a read outside the data; <see cref="HasOverrun"/> and <see cref="Finish"/> tell. The lanes make it
/// fast: a symbol's state is known long before its turn.
/// </remarks>
public ref struct LaneSymbolReader
{
    private readonly ref byte _data;
    private readonly int _lastWord;
    private readonly int _length;
    private LaneStates _states;
    private int _position = LaneFormat.HeaderBytes;
    private int _lane;

    /// <summary>Opens a stream.</summary>
    /// <param name="data">All of the stream.</param>
    /// <exception cref="EntropyFormatException">The stream is shorter than its head or is not made of whole words, or its head is not valid.</exception>
    public LaneSymbolReader(ReadOnlySpan<byte> data)
    {
        // Checks the head.
        _ = new LaneDecoder(data, vectorized: false);
        _data = ref MemoryMarshal.GetReference(data);
        _length = data.Length;
        _lastWord = data.Length - sizeof(ushort);
        for (int lane = 0; lane < LaneFormat.Lanes; lane++)
            _states[lane] = BinaryPrimitives.ReadUInt32LittleEndian(data[(lane * sizeof(uint))..]);
    }

    /// <summary>Whether more was read than there is: what was read is meaningless.</summary>
    public readonly bool HasOverrun => _position > _length;

    /// <summary>Reads a symbol.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="table">Which of them, 0 to their number - 1, which only debug builds check.</param>
    /// <returns>The symbol: one that has slots.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Read(SymbolTables tables, int table)
    {
        System.Diagnostics.Debug.Assert((uint)table < (uint)tables.Count, "There is no such table.");
        return Read(ref tables.First, table);
    }

    /// <summary>Reads bits.</summary>
    /// <param name="count">How many, 1 to 16, which only debug builds check.</param>
    /// <returns>The bits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ReadBits(int count)
    {
        System.Diagnostics.Debug.Assert(count is > 0 and <= FrequencyTables.Precision, "1 to 16 bits are read.");
        ref uint lane = ref Unsafe.Add(ref Unsafe.As<LaneStates, uint>(ref _states), _lane);
        uint state = lane, slot = (ushort)state;
        int shift = FrequencyTables.Precision - count;
        uint value = slot >> shift;
        Advance(ref lane, ((state >> FrequencyTables.Precision) << shift) + slot - (value << shift));
        return value;
    }

    /// <summary>Checks that the stream ends here.</summary>
    /// <exception cref="EntropyFormatException">Words are missing or left over, or a lane is not back where its encoder began.</exception>
    public readonly void Finish()
    {
        if (_position != _length)
            throw new EntropyFormatException($"The symbols of an interleaved stream end at {_position} of its {_length} bytes.");
        for (int lane = 0; lane < LaneFormat.Lanes; lane++)
        {
            if (_states[lane] != LaneFormat.LowerBound)
                throw new EntropyFormatException($"Lane {lane} of the interleaved stream ends in state {_states[lane]}, not 65536.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Read(ref byte tables, int table)
    {
        ref uint lane = ref Unsafe.Add(ref Unsafe.As<LaneStates, uint>(ref _states), _lane);
        uint state = lane, slot = (ushort)state;
        ref byte guide = ref Unsafe.Add(ref tables, (nint)(uint)table * SymbolTables.Stride);
        ref uint intervals = ref Unsafe.As<byte, uint>(ref Unsafe.Add(ref guide, SymbolTables.GuideBytes));
        nuint symbol = Unsafe.Add(ref guide, (nint)(slot >> SymbolTables.BucketBits));
        uint interval = Unsafe.Add(ref intervals, symbol);

        // Seldom taken: few buckets have more than one symbol. The last symbol's end is that of all slots.
        while (slot > interval >> FrequencyTables.Precision)
            interval = Unsafe.Add(ref intervals, ++symbol);
        uint start = (ushort)interval;
        Advance(ref lane, (((interval >> FrequencyTables.Precision) + 1 - start) * (state >> FrequencyTables.Precision)) + slot - start);
        return (int)symbol;
    }

    /// <summary>Gives the lane its new state, with a word if that is too small, and the next lane its turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Advance(ref uint lane, uint state)
    {
        // Without a branch, which would be mispredicted often.
        int position = _position;
        uint word = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref _data, Math.Min(position, _lastWord)));
        if (!BitConverter.IsLittleEndian)
            word = BinaryPrimitives.ReverseEndianness((ushort)word);
        int small = (int)((state >> LaneFormat.WordBits) - 1) >> 31;
        _position = position + (small & sizeof(ushort));
        lane = (state << (small & LaneFormat.WordBits)) | (word & (uint)small);
        _lane = (_lane + 1) & (LaneFormat.Lanes - 1);
    }
}
