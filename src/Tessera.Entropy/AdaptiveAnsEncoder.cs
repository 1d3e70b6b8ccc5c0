using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Tessera.Entropy;

/// <summary>
/// rANS for backward-adaptive models: symbols are collected in the order in which the model meets them, and coded in reverse, block
/// by block, so that <see cref="AdaptiveAnsDecoder"/> meets them in the same order. 64-bit state, 32-bit words, 16-bit probabilities.
/// </summary>
/// <remarks>
/// Duda, "Asymmetric numeral systems", arXiv 1311.2540, section 3. The bytes are specified in <c>spec/entropy.md</c>. Use
/// <see cref="AnsStack"/> for bits-back coding and interleaved streams (<see cref="LaneEncoder"/>) for models that know many
/// distributions at once. Instances are not thread-safe.
/// </remarks>
public sealed class AdaptiveAnsEncoder : IDisposable
{
    /// <summary>Bits of precision of all probabilities.</summary>
    public const int Precision = 16;

    /// <summary>Symbols in a block: what an encoder holds at most besides the coded bytes.</summary>
    public const int BlockSize = 1 << 22;

    internal const ulong InitialState = 1UL << 32;

    private const int SmallestBlock = 1 << 12;

    // A float's fraction, and the bits of 2^16 as a float.
    private const int MantissaBits = 23;
    private const int CostOfOne = (127 + Precision) << MantissaBits;

    // What a block takes beyond two bytes for each symbol: its state.
    private const int MaxOverhead = 16;

    // Each symbol of the block is one entry: its start in the upper half, its frequency in the lower. Not from a pool, which would
    // give longer arrays than asked for: the block is full when the array is.
    private uint[] _symbols = new uint[SmallestBlock];
    private int _count;

    // The blocks before, in the order of the stream.
    private byte[] _coded = [];
    private int _codedLength;
    private long _codedSymbols;

    // Where the estimate of the block goes on, and what the symbols before are estimated to cost, in units of 2^-23 bits.
    private int _estimatedSymbols;
    private long _estimatedCost;

    /// <summary>Symbols collected since the last <see cref="Finish"/> or <see cref="Clear"/>.</summary>
    public long Count => _codedSymbols + _count;

    /// <summary>
    /// Roughly how many bits everything that was added will take, from a part of it: within 2 % or so of many decisions, and the same on
    /// every machine. What was looked at once is not looked at again.
    /// </summary>
    /// <returns>The bits.</returns>
    public long EstimateBits()
    {
        // 16 - log2(frequency): a float's bits are the logarithm but for what is added, log2(1 + m) being about m + 0.34375 m (1 - m).
        // Every seventh symbol stands for seven.
        const int Step = 7;
        ReadOnlySpan<uint> symbols = _symbols.AsSpan(0, _count);
        long sum = 0;
        for (; _estimatedSymbols < symbols.Length; _estimatedSymbols += Step)
        {
            int bits = BitConverter.SingleToInt32Bits(symbols[_estimatedSymbols] & 0xFFFF);
            long mantissa = bits & ((1 << MantissaBits) - 1);
            sum += CostOfOne - bits - ((mantissa * ((1 << MantissaBits) - mantissa) >> MantissaBits) * 11 >> 5);
        }

        _estimatedCost += sum * Step;
        return (_codedLength * 8L) + (_estimatedCost >> MantissaBits);
    }

    /// <summary>Adds one binary decision.</summary>
    /// <param name="bit">0 or 1.</param>
    /// <param name="probabilityOfOne">The probability of 1 in units of 2^-16, 1 to 65535, which only debug builds check.</param>
    /// <exception cref="ObjectDisposedException">The encoder was disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddBit(int bit, uint probabilityOfOne)
    {
        Debug.Assert(bit is 0 or 1 && probabilityOfOne is > 0 and < 1u << Precision, "A decision or its probability is out of range.");

        // One takes the lower part of the interval, zero the upper. Selected without a branch, which would be mispredicted often.
        uint zero = (probabilityOfOne << Precision) | ((1u << Precision) - probabilityOfOne);
        AddEntry(zero ^ ((zero ^ probabilityOfOne) & (uint)-bit));
    }

    /// <summary>Adds bits that are all equally likely.</summary>
    /// <param name="value">The bits, below 2^<paramref name="count"/>.</param>
    /// <param name="count">How many, 1 to 16.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is not 1 to 16, or the value has more bits.</exception>
    /// <exception cref="ObjectDisposedException">The encoder was disposed.</exception>
    public void AddUniform(uint value, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Precision);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, 1u << count);
        AddEntry((value << (Precision - count) << Precision) | (1u << (Precision - count)));
    }

    /// <summary>Codes everything that was added, and begins anew.</summary>
    /// <param name="output">Takes the bytes; none for no symbols.</param>
    /// <exception cref="ObjectDisposedException">The encoder was disposed.</exception>
    public void Finish(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        ObjectDisposedException.ThrowIf(_symbols.Length == 0, this);
        if (_count > 0)
            CodeBlock();
        output.Write(_coded.AsSpan(0, _codedLength));
        Clear();
    }

    /// <summary>Forgets everything that was added.</summary>
    public void Clear()
    {
        _count = 0;
        _codedLength = 0;
        _codedSymbols = 0;
        _estimatedSymbols = 0;
        _estimatedCost = 0;
    }

    /// <summary>Gives the memory back. The encoder takes no more symbols.</summary>
    public void Dispose()
    {
        Clear();
        if (_coded.Length > 0)
            ArrayPool<byte>.Shared.Return(_coded);
        _coded = [];
        _symbols = [];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddEntry(uint entry)
    {
        uint[] symbols = _symbols;
        int count = _count;
        if ((uint)count < (uint)symbols.Length)
        {
            symbols[count] = entry;
            _count = count + 1;
        }
        else
        {
            MakeRoom(entry);
        }
    }

    /// <summary>Adds an entry after making room: by more memory up to the size of a block, then by coding the block.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MakeRoom(uint entry)
    {
        ObjectDisposedException.ThrowIf(_symbols.Length == 0, this);
        if (_symbols.Length < BlockSize)
            Array.Resize(ref _symbols, _symbols.Length * 2);
        else
            CodeBlock();
        _symbols[_count++] = entry;
    }

    /// <summary>Codes the block's symbols, the last one first, and puts them behind the blocks before.</summary>
    private void CodeBlock()
    {
        Reserve((_count * 2) + MaxOverhead);

        // From the end towards the start: the decoder reads in the other direction.
        Span<byte> free = _coded.AsSpan(_codedLength);
        int position = free.Length;
        ulong state = InitialState;
        ReadOnlySpan<uint> symbols = _symbols.AsSpan(0, _count);
        for (int i = symbols.Length - 1; i >= 0; i--)
        {
            uint frequency = symbols[i] & 0xFFFF, start = symbols[i] >> Precision;
            if (state >= (ulong)frequency << 48)
            {
                PrependWord(free, ref position, (uint)state);
                state >>= 32;
            }

            // The division of the state is what the next symbol waits for. The reciprocal is not: it can be under way long before. It
            // gives the quotient, or one less.
            ulong quotient = Math.BigMul(state, ulong.MaxValue / frequency, out _);
            ulong next = state + start + (quotient * ((1u << Precision) - frequency));
            state = state - (quotient * frequency) >= frequency ? next + (1u << Precision) - frequency : next;
        }

        if (_codedLength == 0)
        {
            // The leading zero bytes are left out: the decoder knows by the length modulo 4 how many of the state's 5 to 8 there are.
            for (ulong rest = state; rest != 0; rest >>= 8)
                free[--position] = (byte)rest;
        }
        else
        {
            PrependWord(free, ref position, (uint)state);
            PrependWord(free, ref position, (uint)(state >> 32));
        }

        free[position..].CopyTo(free);
        _codedLength += free.Length - position;
        _codedSymbols += _count;
        _count = 0;
        _estimatedSymbols = 0;
        _estimatedCost = 0;
    }

    private static void PrependWord(Span<byte> bytes, ref int position, uint word)
    {
        position -= sizeof(uint);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[position..], word);
    }

    private void Reserve(int length)
    {
        if (_coded.Length - _codedLength >= length)
            return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(checked(_codedLength + Math.Max(length, _codedLength)));
        _coded.AsSpan(0, _codedLength).CopyTo(larger);
        if (_coded.Length > 0)
            ArrayPool<byte>.Shared.Return(_coded);
        _coded = larger;
    }
}
