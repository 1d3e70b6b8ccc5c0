using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Tessera.Entropy;

/// <summary>
/// Decodes what <see cref="AdaptiveAnsEncoder"/> coded. Any bytes decode to something: damage shows in <see cref="IsAtEnd"/>, which
/// an undamaged stream fulfils after its last symbol. It never reads outside its bytes. <c>spec/entropy.md</c> defines the stream.
/// </summary>
public ref struct AdaptiveAnsDecoder
{
    private const int Precision = AdaptiveAnsEncoder.Precision;

    private readonly ReadOnlySpan<byte> _words;
    private int _position;
    private int _leftInBlock = AdaptiveAnsEncoder.BlockSize;
    private ulong _state;
    private bool _overrun;

    /// <summary>Begins.</summary>
    /// <param name="bytes">All bytes that the encoder wrote.</param>
    public AdaptiveAnsDecoder(ReadOnlySpan<byte> bytes)
    {
        _state = AdaptiveAnsEncoder.InitialState;
        if (bytes.IsEmpty)
            return;
        int stateBytes = 4 + (((bytes.Length - 1) & 3) + 1);
        if (stateBytes > bytes.Length)
        {
            _overrun = true;
            return;
        }

        ulong state = 0;
        foreach (byte b in bytes[..stateBytes])
            state = (state << 8) | b;
        // A state has as few bytes as it needs, so that a stream has one form only.
        _overrun = bytes[0] == 0;
        _state = state | (_overrun ? AdaptiveAnsEncoder.InitialState : 0);
        _words = bytes[stateBytes..];
    }

    /// <summary>Whether everything was read, and nothing more, and the state is what the encoder began with.</summary>
    public readonly bool IsAtEnd => _state == AdaptiveAnsEncoder.InitialState && _position == _words.Length && !_overrun;

    /// <summary>Whether the bytes are found not to be a stream, such as when more is read than there is: what was decoded is meaningless.</summary>
    public readonly bool HasOverrun => _overrun;

    /// <summary>Decodes one binary decision.</summary>
    /// <param name="probabilityOfOne">The probability of 1 in units of 2^-16, 1 to 65535: the one that the encoder was given.</param>
    /// <returns>0 or 1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int DecodeBit(uint probabilityOfOne)
    {
        if (--_leftInBlock < 0)
            BeginBlock();
        ulong state = _state;
        uint slot = (ushort)state;
        ulong quotient = state >> Precision;
        bool one = slot < probabilityOfOne;
        uint frequency = one ? probabilityOfOne : (1u << Precision) - probabilityOfOne;
        uint start = one ? 0 : probabilityOfOne;
        state = (quotient * frequency) + slot - start;
        _state = state;
        if (state < AdaptiveAnsEncoder.InitialState)
            Refill();
        return one ? 1 : 0;
    }

    /// <summary>Decodes bits that are all equally likely.</summary>
    /// <param name="count">How many, 1 to 16.</param>
    /// <returns>The bits.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is not 1 to 16.</exception>
    public uint DecodeUniform(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Precision);
        if (--_leftInBlock < 0)
            BeginBlock();
        ulong state = _state;
        uint slot = (ushort)state;
        int shift = Precision - count;
        uint value = slot >> shift;
        _state = ((state >> Precision) << shift) + (slot - (value << shift));
        if (_state < AdaptiveAnsEncoder.InitialState)
            Refill();
        return value;
    }

    private void Refill() => _state = (_state << 32) | NextWord();

    /// <summary>Ends a block, and begins the next with its state.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void BeginBlock()
    {
        _overrun |= _state != AdaptiveAnsEncoder.InitialState;
        _state = ((ulong)NextWord() << 32) | NextWord();
        if (_state < AdaptiveAnsEncoder.InitialState)
        {
            _overrun = true;
            _state |= AdaptiveAnsEncoder.InitialState;
        }

        _leftInBlock = AdaptiveAnsEncoder.BlockSize - 1;
    }

    private uint NextWord()
    {
        if (_words.Length - _position < sizeof(uint))
        {
            _overrun = true;
            return 0;
        }

        uint word = BinaryPrimitives.ReadUInt32LittleEndian(_words[_position..]);
        _position += sizeof(uint);
        return word;
    }
}
