using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tessera.Entropy;

/// <summary>
/// An entropy coder that is a stack: what was pushed last is popped first, and any pop is undone exactly by the push of what it gave.
/// </summary>
/// <remarks>
/// <para>
/// <b>When to use it.</b> For bits-back coding, where the encoder pops (to sample a latent) as well as pushes, and for adaptive or
/// mixture models, whose probabilities are known one symbol at a time. Where all probabilities of a batch are known before any of its
/// symbols, and nothing is popped while encoding, <see cref="LaneEncoder"/> decodes several times as fast.
/// </para>
/// <para>
/// <b>Order.</b> It is last in, first out: an encoder pushes symbols in the reverse of the order in which the decoder pops them.
/// </para>
/// <para>
/// <b>Exactness.</b> Every operation is a bijection on the states of the stack: after any push, the matching pop restores the state to
/// the bit, and after any pop, the matching push does. Nothing is lost at the bottom either: any sequence of 32-bit words is the
/// serialised form of exactly one state, so that finished data of another coder can serve as the supply that a bits-back coder pops.
/// </para>
/// <para>
/// <b>Cost.</b> A symbol of frequency f at precision p costs p - log2(f) bits. What is lost on top is on average less than 10^-5 bits up
/// to precision 24, and 0.0025 bits at the limit of 32. A uniform symbol costs log2(range) bits to within 2^-31 for every range. A stack
/// that began empty costs 32 bits and the rounding to whole words.
/// </para>
/// <para>
/// The state is a 64-bit number x in [2^32, 2^64) over a pile of 32-bit words: the rANS of Duda with one word of renormalisation at a
/// time. <c>spec/entropy.md</c> defines it to the bit. Instances are not thread-safe.
/// </para>
/// </remarks>
public sealed class AnsStack : IDisposable, IBitSource
{
    /// <summary>The largest precision, in bits, of a symbol's frequency.</summary>
    public const int MaxPrecision = 32;

    /// <summary>The largest range of a uniform symbol, 2^32.</summary>
    public const ulong MaxRange = 1UL << WordBits;

    private const int WordBits = 32;

    /// <summary>The smallest state; an empty stack has it.</summary>
    private const ulong LowerBound = 1UL << WordBits;

    private uint[] _words;
    private int _count;
    private ulong _state = LowerBound;
    private bool _disposed;

    /// <summary>Creates an empty stack.</summary>
    /// <param name="capacity">Words to hold before storage grows.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is negative.</exception>
    public AnsStack(int capacity = 256)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _words = ArrayPool<uint>.Shared.Rent(capacity);
    }

    /// <summary>Whether the stack is as a new one.</summary>
    public bool IsEmpty => _count == 0 && _state == LowerBound;

    /// <summary>The bits that the stack holds above an empty one, rounded down.</summary>
    public long BitCount => ((long)_count * WordBits) + BitOperations.Log2(_state) - WordBits;

    /// <summary>How many words its serialised form can have at the most: two more than it has, or fewer.</summary>
    public int MaxWordCount => _count + 2;

    /// <summary>Loads a stack from words; any words are valid.</summary>
    /// <param name="words">What <see cref="ToWords"/> gave, or a supply of bits from any other source.</param>
    /// <returns>The stack, whose <see cref="ToWords"/> gives the same words again.</returns>
    public static AnsStack FromWords(ReadOnlySpan<uint> words)
    {
        var stack = new AnsStack(checked(words.Length + 1));
        (stack._count, stack._state) = AnsSerialization.Load(words, stack._words);
        return stack;
    }

    /// <summary>Loads a stack from bytes; any bytes are valid as long as they make whole words.</summary>
    /// <param name="bytes">What <see cref="ToBytes"/> gave, or a supply of bits: little-endian 32-bit words, the top last.</param>
    /// <returns>The stack, whose <see cref="ToBytes"/> gives the same bytes again.</returns>
    /// <exception cref="EntropyFormatException">The length is not a multiple of four.</exception>
    public static AnsStack FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % sizeof(uint) != 0)
            throw new EntropyFormatException($"A stack of {bytes.Length} bytes is not made of whole 32-bit words.");
        uint[] words = ArrayPool<uint>.Shared.Rent(bytes.Length / sizeof(uint));
        try
        {
            Span<uint> content = words.AsSpan(0, bytes.Length / sizeof(uint));
            AnsSerialization.ReadLittleEndian(bytes, content);
            return FromWords(content);
        }
        finally
        {
            ArrayPool<uint>.Shared.Return(words);
        }
    }

    /// <summary>Pushes a symbol.</summary>
    /// <param name="start">The sum of the frequencies of the symbols before it.</param>
    /// <param name="frequency">The symbol's frequency, at least 1.</param>
    /// <param name="precision">
    /// The binary logarithm of the sum of all frequencies, 1 to 32. (At 32 a single symbol of frequency 2^32 cannot be expressed; it
    /// would change nothing.)
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public void Push(uint start, uint frequency, int precision)
    {
        CheckInterval(start, frequency, precision);
        CheckNotDisposed();
        ulong state = _state;
        if (state >> (64 - precision) >= frequency)
        {
            PushWord((uint)state);
            state >>= WordBits;
        }

        (ulong quotient, ulong remainder) = Math.DivRem(state, frequency);
        _state = (quotient << precision) + remainder + start;
    }

    /// <summary>Looks at the slot of the next symbol: the first half of a pop, of which <see cref="Drop"/> is the second.</summary>
    /// <param name="precision">The precision with which the symbol was pushed, 1 to 32.</param>
    /// <returns>A number in [start, start + frequency) of the symbol, from which the caller finds the symbol.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The precision is not 1 to 32.</exception>
    public uint Peek(int precision)
    {
        CheckPrecision(precision);
        CheckNotDisposed();
        return (uint)(_state & ((1UL << precision) - 1));
    }

    /// <summary>Removes the symbol in whose interval the slot lies: the second half of a pop.</summary>
    /// <param name="start">The sum of the frequencies of the symbols before it.</param>
    /// <param name="frequency">The symbol's frequency, at least 1.</param>
    /// <param name="precision">The precision that <see cref="Peek"/> was given.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    /// <exception cref="ArgumentException">The slot does not lie in the interval: this is not the symbol at the top.</exception>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits; it is left as it was.</exception>
    public void Drop(uint start, uint frequency, int precision)
    {
        CheckInterval(start, frequency, precision);
        CheckNotDisposed();
        uint slot = (uint)(_state & ((1UL << precision) - 1));
        if (slot - start >= frequency)
            ThrowWrongSymbol(slot, start, frequency);

        ulong state = (frequency * (_state >> precision)) + (slot - start);
        if (state < LowerBound)
            state = (state << WordBits) | PopWord();
        _state = state;
    }

    /// <summary>Pushes a symbol all of whose alternatives are equally likely.</summary>
    /// <param name="value">The symbol, less than <paramref name="range"/>.</param>
    /// <param name="range">The number of alternatives, 1 to 2^32; it need not be a power of two.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public void PushUniform(uint value, ulong range)
    {
        CheckRange(range);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, range);
        CheckNotDisposed();

        // The product lies in [range * 2^32, range * 2^64), an interval of the form [k, 2^32 * k): whatever the range, one word at most
        // brings it back, and PopUniform can tell whether one did. Renormalising before the product, as Push does, would be exact
        // for those ranges alone that divide 2^32.
        ulong high = Math.BigMul(_state, range, out ulong low);
        low += value;
        if (low < value)
            high++;
        if (high == 0)
        {
            _state = low;
            return;
        }

        PushWord((uint)low);
        _state = (high << WordBits) | (low >> WordBits);
    }

    /// <summary>Pops a symbol that <see cref="PushUniform"/> pushed.</summary>
    /// <param name="range">The number of alternatives, 1 to 2^32.</param>
    /// <returns>The symbol, less than <paramref name="range"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is not 1 to 2^32.</exception>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits; it is left as it was.</exception>
    public uint PopUniform(ulong range)
    {
        CheckRange(range);
        CheckNotDisposed();
        (ulong quotient, ulong remainder) = Math.DivRem(_state, range);
        if (quotient >= LowerBound)
        {
            _state = quotient;
            return (uint)remainder;
        }

        // Long division of (state * 2^32 + word) by the range; the remainder is less than the range, so that each step fits 64 bits.
        (ulong lower, ulong value) = Math.DivRem((remainder << WordBits) | PopWord(), range);
        _state = (quotient << WordBits) | lower;
        return (uint)value;
    }

    /// <summary>Pushes bits as they are: <see cref="PushUniform"/> for a range that is a power of two, but quicker.</summary>
    /// <param name="value">The bits, less than 2^<paramref name="count"/>.</param>
    /// <param name="count">The number of bits, 0 to 32.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public void PushBits(uint value, int count)
    {
        CheckBits(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, 1UL << count);
        CheckNotDisposed();
        ulong high = _state >> WordBits >> (WordBits - count);
        ulong low = (_state << count) | value;
        if (high == 0)
        {
            _state = low;
            return;
        }

        PushWord((uint)low);
        _state = (high << WordBits) | (low >> WordBits);
    }

    /// <summary>Pops bits that <see cref="PushBits"/> pushed.</summary>
    /// <param name="count">The number of bits, 0 to 32.</param>
    /// <returns>The bits, less than 2^<paramref name="count"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is not 0 to 32.</exception>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits; it is left as it was.</exception>
    public uint PopBits(int count)
    {
        CheckBits(count);
        CheckNotDisposed();
        ulong mask = (1UL << count) - 1;
        ulong state = _state >> count;
        if (state >= LowerBound)
        {
            uint value = (uint)(_state & mask);
            _state = state;
            return value;
        }

        ulong low = (_state << WordBits) | PopWord();
        _state = (state << WordBits) | (uint)(low >> count);
        return (uint)(low & mask);
    }

    /// <inheritdoc/>
    uint IBitSource.TakeBits(int count) => PopBits(count);

    /// <summary>Remembers the content of the stack.</summary>
    /// <returns>The content, as long as the stack is high.</returns>
    public AnsSnapshot TakeSnapshot()
    {
        CheckNotDisposed();
        return new AnsSnapshot(_state, _words.AsSpan(0, _count));
    }

    /// <summary>Makes the content of the stack what it was when a snapshot was taken.</summary>
    /// <param name="snapshot">A snapshot of this stack or of another.</param>
    public void Restore(AnsSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        Restore(snapshot.Words, snapshot.State);
    }

    /// <summary>Makes the content of the stack that of another: what a snapshot does, without allocating one.</summary>
    /// <param name="other">The other stack, which is left as it is.</param>
    public void CopyFrom(AnsStack other)
    {
        ArgumentNullException.ThrowIfNull(other);
        other.CheckNotDisposed();
        Restore(other._words.AsSpan(0, other._count), other._state);
    }

    /// <summary>Makes the stack as a new one; its storage is kept.</summary>
    public void Clear()
    {
        CheckNotDisposed();
        _count = 0;
        _state = LowerBound;
    }

    /// <summary>Serialises the stack, which is left as it is.</summary>
    /// <returns>Words of which <see cref="FromWords"/> makes an equal stack; none for an empty one. The top is last.</returns>
    public uint[] ToWords()
    {
        uint[] words = ArrayPool<uint>.Shared.Rent(MaxWordCount);
        try
        {
            return words.AsSpan(0, WriteWords(words)).ToArray();
        }
        finally
        {
            ArrayPool<uint>.Shared.Return(words);
        }
    }

    /// <summary>Serialises the stack, which is left as it is, into memory.</summary>
    /// <param name="words">Takes the words of <see cref="ToWords"/>, at the beginning; <see cref="MaxWordCount"/> at least.</param>
    /// <returns>How many they are.</returns>
    /// <exception cref="ArgumentException">There is too little room.</exception>
    public int WriteWords(Span<uint> words)
    {
        CheckNotDisposed();
        if (words.Length < MaxWordCount)
            throw new ArgumentException($"A stack of up to {MaxWordCount} words was to be written into {words.Length}.", nameof(words));
        return AnsSerialization.Save(_words.AsSpan(0, _count), _state, words);
    }

    /// <summary>Serialises the stack, which is left as it is.</summary>
    /// <returns>Bytes of which <see cref="FromBytes"/> makes an equal stack: the words of <see cref="ToWords"/>, little-endian.</returns>
    public byte[] ToBytes()
    {
        uint[] words = ToWords();
        var bytes = new byte[words.Length * sizeof(uint)];
        AnsSerialization.WriteLittleEndian(words, bytes);
        return bytes;
    }

    /// <summary>Serialises the stack, which is left as it is, to the end of a buffer.</summary>
    /// <param name="output">Takes the bytes of <see cref="ToBytes"/>.</param>
    public void WriteTo(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        uint[] words = ArrayPool<uint>.Shared.Rent(MaxWordCount);
        try
        {
            ReadOnlySpan<uint> serialized = words.AsSpan(0, WriteWords(words));
            if (serialized.IsEmpty)
                return;
            int length = serialized.Length * sizeof(uint);
            AnsSerialization.WriteLittleEndian(serialized, output.GetSpan(length));
            output.Advance(length);
        }
        finally
        {
            ArrayPool<uint>.Shared.Return(words);
        }
    }

    /// <summary>Gives the storage back. The stack must not be used after that.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        ArrayPool<uint>.Shared.Return(_words);
        _words = [];
        _count = 0;
    }

    private void Restore(ReadOnlySpan<uint> words, ulong state)
    {
        CheckNotDisposed();
        if (_words.Length < words.Length)
        {
            _count = 0;
            Reserve(words.Length);
        }

        words.CopyTo(_words);
        _count = words.Length;
        _state = state;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PushWord(uint word)
    {
        if (_count == _words.Length)
            Reserve(1);
        _words[_count++] = word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint PopWord()
    {
        if (_count == 0)
            throw new AnsUnderflowException();
        return _words[--_count];
    }

    private void Reserve(int more)
    {
        int needed = checked(_count + more);
        if (needed <= _words.Length)
            return;
        uint[] larger = ArrayPool<uint>.Shared.Rent(Math.Max(needed, (int)Math.Min((long)_words.Length * 2, Array.MaxLength)));
        _words.AsSpan(0, _count).CopyTo(larger);
        ArrayPool<uint>.Shared.Return(_words);
        _words = larger;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckNotDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckPrecision(int precision)
    {
        if ((uint)(precision - 1) >= MaxPrecision)
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "A precision is 1 to 32 bits.");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckInterval(uint start, uint frequency, int precision)
    {
        CheckPrecision(precision);
        if (frequency == 0 || (ulong)start + frequency > 1UL << precision)
            ThrowInterval(start, frequency, precision);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckRange(ulong range)
    {
        if (range - 1 >= MaxRange)
            throw new ArgumentOutOfRangeException(nameof(range), range, "A range is 1 to 2^32.");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckBits(int count)
    {
        if ((uint)count > WordBits)
            throw new ArgumentOutOfRangeException(nameof(count), count, "A count of bits is 0 to 32.");
    }

    [DoesNotReturn]
    private static void ThrowInterval(uint start, uint frequency, int precision) =>
        throw new ArgumentOutOfRangeException(
            nameof(frequency),
            frequency,
            $"The interval of {frequency} slots from {start} is empty or leaves the 2^{precision} slots there are.");

    [DoesNotReturn]
    private static void ThrowWrongSymbol(uint slot, uint start, uint frequency) =>
        throw new ArgumentException($"The slot {slot} does not lie in the interval of {frequency} slots from {start}.");
}
