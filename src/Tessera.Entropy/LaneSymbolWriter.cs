using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tessera.Entropy;

/// <summary>
/// Writes an interleaved stream from its end: for models that keep their symbols in a form of their own and go through them backwards. The stream is
/// the one of <see cref="LaneEncoder"/>, which keeps the symbols itself.
/// </summary>
/// <remarks>
/// Call <see cref="Begin"/> with the number of symbols, <see cref="Prepend"/> for each of them, the last one first, and
/// <see cref="Finish"/>. Instances are not thread-safe; reused for many streams.
/// </remarks>
public sealed class LaneSymbolWriter
{
    private LaneStates _states;
    private ushort[] _words = [];

    // Words are put before this one; symbols still to come.
    private int _next;
    private int _left;

    /// <summary>Begins a stream.</summary>
    /// <param name="symbols">How many symbols it will have.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public void Begin(int symbols)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(symbols);

        // A symbol gives one word at most; one more is written at times, but not kept.
        if (_words.Length <= symbols)
            _words = GC.AllocateUninitializedArray<ushort>(symbols + 1);
        for (int lane = 0; lane < LaneFormat.Lanes; lane++)
            _states[lane] = LaneFormat.LowerBound;
        _next = _words.Length;
        _left = symbols;
    }

    /// <summary>Puts a symbol before those that there are.</summary>
    /// <param name="code">The symbol.</param>
    /// <exception cref="InvalidOperationException">There are as many symbols as were announced.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prepend(in SymbolCode code)
    {
        int left = _left - 1, next = _next;
        if (left < 0)
            throw new InvalidOperationException("The stream has as many symbols as were announced.");
        _left = left;
        ref uint lane = ref Unsafe.Add(ref Unsafe.As<LaneStates, uint>(ref _states), left & (LaneFormat.Lanes - 1));
        uint state = lane;

        // Without a branch, which would be mispredicted often: the word is written in any case, and counts if it is needed. next is at least 1,
        // since there is one more word than symbols.
        int full = (int)((long)((ulong)code.Frequency - 1 - (state >> LaneFormat.WordBits)) >> 63);
        Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_words), next - 1) = (ushort)state;
        _next = next + full;
        state >>= full & LaneFormat.WordBits;
        uint quotient = (uint)Math.BigMul((ulong)state, code.Reciprocal, out _);
        lane = state + code.Bias + (quotient * ((1u << FrequencyTables.Precision) - code.Frequency));
    }

    /// <summary>Writes the stream.</summary>
    /// <param name="output">Takes the stream, whose length the caller has to convey.</param>
    /// <exception cref="InvalidOperationException">There are fewer symbols than were announced.</exception>
    public void Finish(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_left != 0)
            throw new InvalidOperationException($"The stream lacks {_left} of the symbols that were announced.");
        Span<byte> head = output.GetSpan(LaneFormat.HeaderBytes);
        for (int lane = 0; lane < LaneFormat.Lanes; lane++)
            BinaryPrimitives.WriteUInt32LittleEndian(head[(lane * sizeof(uint))..], _states[lane]);
        output.Advance(LaneFormat.HeaderBytes);
        Span<ushort> words = _words.AsSpan(_next);
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(words, words);
        output.Write(MemoryMarshal.AsBytes(words));
    }

    /// <summary>The bytes that <see cref="Finish"/> will write.</summary>
    public int Length => LaneFormat.HeaderBytes + ((_words.Length - _next) * sizeof(ushort));
}
