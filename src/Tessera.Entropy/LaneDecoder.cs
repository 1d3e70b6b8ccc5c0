using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Tessera.Entropy;

/// <summary>Reads an interleaved stream that <see cref="LaneEncoder"/> wrote, 16 symbols at a time where the processor can.</summary>
/// <remarks>
/// Read in the order of writing, with the same tables; how the symbols are split into calls does not matter. Call <see cref="Finish"/>
/// at the end: it finds damage that no single symbol shows. Damaged data gives wrong symbols or an
/// <see cref="EntropyFormatException"/>, and never a read outside the data. Vector instructions (AVX2) and the portable code give the
/// same result, errors included.
/// </remarks>
public ref struct LaneDecoder : IBitSource
{
    private readonly ReadOnlySpan<byte> _data;
    private readonly bool _vectorized;
    private LaneStates _states;
    private int _position = LaneFormat.HeaderBytes;
    private int _lane;

    /// <summary>Opens a stream.</summary>
    /// <param name="data">All of the stream.</param>
    /// <exception cref="EntropyFormatException">
    /// The stream is shorter than its head or is not made of whole words, or its head is not valid.
    /// </exception>
    public LaneDecoder(ReadOnlySpan<byte> data)
        : this(data, LaneKernel.IsSupported)
    {
    }

    internal LaneDecoder(ReadOnlySpan<byte> data, bool vectorized)
    {
        if (data.Length < LaneFormat.HeaderBytes || data.Length % sizeof(ushort) != 0)
            throw new EntropyFormatException($"An interleaved stream is 64 bytes and then words of two; this has {data.Length} bytes.");
        _data = data;
        _vectorized = vectorized;
        for (int lane = 0; lane < LaneFormat.Lanes; lane++)
        {
            _states[lane] = BinaryPrimitives.ReadUInt32LittleEndian(data[(lane * sizeof(uint))..]);
            if (_states[lane] < LaneFormat.LowerBound)
                throw new EntropyFormatException($"The state {_states[lane]} of lane {lane} is below 65536.");
        }
    }

    /// <summary>Reads symbols, each by a table of its own.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="tableIndices">Which table each symbol takes.</param>
    /// <param name="symbols">Takes the symbols; as many.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such table.</exception>
    /// <exception cref="EntropyFormatException">The stream ends too early.</exception>
    public void Read(FrequencyTables tables, scoped ReadOnlySpan<ushort> tableIndices, scoped Span<ushort> symbols)
    {
        ArgumentNullException.ThrowIfNull(tables);
        if (tableIndices.Length != symbols.Length)
            throw new ArgumentException($"There are {tableIndices.Length} tables for {symbols.Length} symbols.", nameof(tableIndices));

        int done = 0;
        if (_vectorized)
        {
            done = Math.Min((LaneFormat.Lanes - _lane) % LaneFormat.Lanes, symbols.Length);
            ReadPortably(tables, tableIndices[..done], symbols[..done]);
            done += LaneKernel.Read(tables, _data, ref _position, ref _states, tableIndices[done..], symbols[done..]);
        }

        ReadPortably(tables, tableIndices[done..], symbols[done..]);
    }

    /// <summary>Reads bits.</summary>
    /// <param name="count">The number that was written, 0 to 32.</param>
    /// <returns>The bits, less than 2^<paramref name="count"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is not 0 to 32.</exception>
    /// <exception cref="EntropyFormatException">The stream ends too early.</exception>
    public uint ReadBits(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, 32u, nameof(count));
        uint high = 0;
        if (count > LaneFormat.WordBits)
        {
            high = ReadBits(count - LaneFormat.WordBits) << LaneFormat.WordBits;
            count = LaneFormat.WordBits;
        }

        if (count == 0)
            return 0;
        int shift = FrequencyTables.Precision - count;
        uint value = (_states[_lane] & 0xFFFF) >> shift;
        Advance(new SymbolInterval(value << shift, 1u << shift));
        return high | value;
    }

    /// <inheritdoc/>
    uint IBitSource.TakeBits(int count) => ReadBits(count);

    /// <summary>Checks that the stream ends here.</summary>
    /// <exception cref="EntropyFormatException">Words are left over, or a lane is not back where its encoder began.</exception>
    public readonly void Finish()
    {
        if (_position != _data.Length)
            throw new EntropyFormatException($"The interleaved stream has {_data.Length - _position} bytes after its last symbol.");
        for (int lane = 0; lane < LaneFormat.Lanes; lane++)
        {
            if (_states[lane] != LaneFormat.LowerBound)
                throw new EntropyFormatException($"Lane {lane} of the interleaved stream ends in state {_states[lane]}, not 65536.");
        }
    }

    private void ReadPortably(FrequencyTables tables, scoped ReadOnlySpan<ushort> tableIndices, scoped Span<ushort> symbols)
    {
        for (int i = 0; i < tableIndices.Length; i++)
        {
            symbols[i] = (ushort)tables.Find(tableIndices[i], (ushort)_states[_lane], out SymbolInterval interval);
            Advance(interval);
        }
    }

    /// <summary>Takes a symbol off the lane whose turn it is, and gives the next one its turn.</summary>
    private void Advance(SymbolInterval interval)
    {
        uint state = _states[_lane];
        state = (interval.Frequency * (state >> FrequencyTables.Precision)) + (ushort)state - interval.Start;
        if (state < LaneFormat.LowerBound)
        {
            if (_position == _data.Length)
                ThrowTooShort();
            state = (state << LaneFormat.WordBits) | BinaryPrimitives.ReadUInt16LittleEndian(_data[_position..]);
            _position += sizeof(ushort);
        }

        _states[_lane] = state;
        _lane = (_lane + 1) % LaneFormat.Lanes;
    }

    [DoesNotReturn]
    private static void ThrowTooShort() => throw new EntropyFormatException("The interleaved stream ends before its last symbol.");
}
