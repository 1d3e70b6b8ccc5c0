using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Tessera.Entropy;

/// <summary>
/// rANS for backward-adaptive models: symbols are collected in the order in which the model meets them, and coded in reverse at the
/// end, so that <see cref="AdaptiveAnsDecoder"/> meets them in the same order. 64-bit state, 32-bit words, 16-bit probabilities.
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

    internal const ulong InitialState = 1UL << 32;

    // Each symbol is one entry: its start in the upper half, its frequency in the lower.
    private uint[] _symbols = ArrayPool<uint>.Shared.Rent(1 << 12);
    private int _count;

    /// <summary>Symbols collected since the last <see cref="Finish"/>.</summary>
    public int Count => _count;

    /// <summary>Adds one binary decision.</summary>
    /// <param name="bit">0 or 1.</param>
    /// <param name="probabilityOfOne">The probability of 1 in units of 2^-16, 1 to 65535, which only debug builds check.</param>
    /// <exception cref="ObjectDisposedException">The encoder was disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddBit(int bit, uint probabilityOfOne)
    {
        Debug.Assert(bit is 0 or 1 && probabilityOfOne is > 0 and < 1u << Precision, "A decision or its probability is out of range.");

        // One takes the lower part of the interval, zero the upper.
        uint entry = bit != 0 ? probabilityOfOne : (probabilityOfOne << Precision) | ((1u << Precision) - probabilityOfOne);
        AddEntry(entry);
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

    /// <summary>Codes everything that was added, last symbol first, and begins anew.</summary>
    /// <param name="output">Takes the bytes; none for no symbols.</param>
    public void Finish(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_count == 0)
            return;
        // Words are written from the end of the scratch area towards its start: the order in which the decoder reads them.
        byte[] scratch = ArrayPool<byte>.Shared.Rent((_count * 2) + 16);
        try
        {
            int position = scratch.Length;
            ulong state = InitialState;
            ReadOnlySpan<uint> symbols = _symbols.AsSpan(0, _count);
            for (int i = symbols.Length - 1; i >= 0; i--)
            {
                uint frequency = symbols[i] & 0xFFFF, start = symbols[i] >> Precision;
                if (state >= (ulong)frequency << 48)
                {
                    position -= 4;
                    BinaryPrimitives.WriteUInt32LittleEndian(scratch.AsSpan(position), (uint)state);
                    state >>= 32;
                }

                (ulong quotient, ulong remainder) = Math.DivRem(state, frequency);
                state = (quotient << Precision) + remainder + start;
            }

            // The state's leading zero bytes are left out; the decoder knows how many by the length modulo 4 (the state has 5 to 8).
            for (ulong rest = state; rest != 0; rest >>= 8)
                scratch[--position] = (byte)rest;
            output.Write(scratch.AsSpan(position));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
            _count = 0;
        }
    }

    /// <summary>Forgets everything that was added.</summary>
    public void Clear() => _count = 0;

    /// <summary>Gives the memory back to the pool.</summary>
    public void Dispose()
    {
        if (_symbols.Length == 0)
            return;
        ArrayPool<uint>.Shared.Return(_symbols);
        _symbols = [];
        _count = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddEntry(uint entry)
    {
        uint[] symbols = _symbols;
        int count = _count;
        if ((uint)count >= (uint)symbols.Length)
            symbols = Grow();
        symbols[count] = entry;
        _count = count + 1;
    }

    private uint[] Grow()
    {
        ObjectDisposedException.ThrowIf(_symbols.Length == 0, this);
        uint[] larger = ArrayPool<uint>.Shared.Rent(_symbols.Length * 2);
        _symbols.AsSpan(0, _count).CopyTo(larger);
        ArrayPool<uint>.Shared.Return(_symbols);
        return _symbols = larger;
    }
}
