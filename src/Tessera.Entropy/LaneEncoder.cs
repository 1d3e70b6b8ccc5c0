using System.Buffers;
using System.Buffers.Binary;

namespace Tessera.Entropy;

/// <summary>
/// Writes an interleaved stream: 16 rANS coders that take turns symbol by symbol and share one buffer, so that
/// <see cref="LaneDecoder"/> decodes 16 symbols at a time.
/// </summary>
/// <remarks>
/// <para>
/// <b>When to use it.</b> Where the decoder knows the tables of many symbols before it decodes the first of them: static models, and
/// flows that give all of a tensor's distributions at once. Not for bits-back, which needs an <see cref="AnsStack"/>.
/// </para>
/// <para>
/// <b>Order.</b> First in, first out: symbols are written in the order in which they are decoded. They are collected, and coded by
/// <see cref="Finish"/>.
/// </para>
/// <para>
/// <b>Cost.</b> 64 bytes for a stream, half of which hold information, and on top of a symbol's log2(2^16/frequency) bits another 0.005
/// on average, since a lane's state has 32 bits only. <c>spec/entropy.md</c> defines the stream to the bit. Instances are not
/// thread-safe.
/// </para>
/// </remarks>
public sealed class LaneEncoder : IDisposable
{
    private uint[] _symbols;
    private int _count;
    private bool _disposed;

    /// <summary>Creates an encoder with nothing written.</summary>
    /// <param name="capacity">Symbols to hold before storage grows.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is negative.</exception>
    public LaneEncoder(int capacity = 4096)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _symbols = ArrayPool<uint>.Shared.Rent(capacity);
    }

    /// <summary>Writes symbols, each by a table of its own.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="tableIndices">Which table each symbol takes.</param>
    /// <param name="symbols">The symbols; as many.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There is no such table, or no such symbol in it. The symbols before it are written.
    /// </exception>
    public void Write(FrequencyTables tables, ReadOnlySpan<ushort> tableIndices, ReadOnlySpan<ushort> symbols)
    {
        ArgumentNullException.ThrowIfNull(tables);
        if (tableIndices.Length != symbols.Length)
            throw new ArgumentException($"There are {tableIndices.Length} tables for {symbols.Length} symbols.", nameof(tableIndices));
        for (int i = 0; i < symbols.Length; i++)
            Add(tables.Interval(tableIndices[i], symbols[i]));
    }

    /// <summary>Writes bits as they are.</summary>
    /// <param name="value">The bits, less than 2^<paramref name="count"/>.</param>
    /// <param name="count">The number of bits, 0 to 32. Up to 16 are one symbol, more are two.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public void WriteBits(uint value, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, 32u, nameof(count));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, 1UL << count);
        if (count > LaneFormat.WordBits)
        {
            WriteBits(value >> LaneFormat.WordBits, count - LaneFormat.WordBits);
            count = LaneFormat.WordBits;
        }

        if (count != 0)
        {
            int shift = FrequencyTables.Precision - count;
            Add(new SymbolInterval((value << shift) & 0xFFFF, 1u << shift));
        }
    }

    /// <summary>Codes what was written; the encoder is then as a new one.</summary>
    /// <param name="output">Takes the stream, whose length the caller has to convey.</param>
    /// <exception cref="ObjectDisposedException">The encoder was disposed.</exception>
    public void Finish(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        ObjectDisposedException.ThrowIf(_disposed, this);

        // Coding runs backwards, and a symbol gives one word at most: the words fill a buffer from its end.
        ushort[] words = ArrayPool<ushort>.Shared.Rent(_count);
        try
        {
            Span<uint> states = stackalloc uint[LaneFormat.Lanes];
            states.Fill(LaneFormat.LowerBound);
            int first = Code(states, words);
            Emit(states, words.AsSpan(first, _count - first), output);
        }
        finally
        {
            ArrayPool<ushort>.Shared.Return(words);
        }

        _count = 0;
    }

    /// <summary>Gives the storage back. The encoder must not be used after that.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        ArrayPool<uint>.Shared.Return(_symbols);
        _symbols = [];
        _count = 0;
    }

    private static void Emit(ReadOnlySpan<uint> states, ReadOnlySpan<ushort> words, IBufferWriter<byte> output)
    {
        int length = LaneFormat.HeaderBytes + (words.Length * sizeof(ushort));
        Span<byte> bytes = output.GetSpan(length);
        for (int lane = 0; lane < states.Length; lane++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(lane * sizeof(uint))..], states[lane]);
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[(LaneFormat.HeaderBytes + (i * sizeof(ushort)))..], words[i]);
        output.Advance(length);
    }

    private int Code(Span<uint> states, ushort[] words)
    {
        int next = _count;
        for (int i = _count - 1; i >= 0; i--)
        {
            uint start = (ushort)_symbols[i], frequency = (_symbols[i] >> 16) + 1;
            ref uint state = ref states[i % LaneFormat.Lanes];
            uint x = state;
            if (x >> (32 - FrequencyTables.Precision) >= frequency)
            {
                words[--next] = (ushort)x;
                x >>= LaneFormat.WordBits;
            }

            (uint quotient, uint remainder) = Math.DivRem(x, frequency);
            state = (quotient << FrequencyTables.Precision) + remainder + start;
        }

        return next;
    }

    private void Add(SymbolInterval interval)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_count == _symbols.Length)
        {
            uint[] larger = ArrayPool<uint>.Shared.Rent(checked(Math.Max(_count, 8) * 2));
            _symbols.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<uint>.Shared.Return(_symbols);
            _symbols = larger;
        }

        _symbols[_count++] = interval.Start | ((interval.Frequency - 1) << 16);
    }
}
