using System.Runtime.CompilerServices;
using Tessera.Entropy;

namespace Tessera.Models.Classic;

/// <summary>
/// One code path serves encoding and decoding: a model asks for each decision with its probability, an encoder notes the given bit
/// and returns it, a decoder returns the bit that it reads.
/// </summary>
internal interface IBitCoder
{
    /// <summary>Whether decisions are read rather than given.</summary>
    static abstract bool Decodes { get; }

    /// <summary>Whether a decoder has read more than there is, so that what it returns is meaningless.</summary>
    bool HasOverrun { get; }

    /// <summary>Roughly how many bits an encoder has noted so far; 0 for a decoder.</summary>
    long EstimateBits();

    /// <summary>Codes one decision.</summary>
    /// <param name="bit">The decision; a decoder ignores it.</param>
    /// <param name="probabilityOfOne">In units of 2^-16, 1 to 65535.</param>
    /// <returns>The decision.</returns>
    int Code(int bit, uint probabilityOfOne);

    /// <summary>Codes bits that are all equally likely.</summary>
    /// <param name="value">The bits; a decoder ignores them.</param>
    /// <param name="count">How many, 0 to 16.</param>
    /// <returns>The bits.</returns>
    uint CodeUniform(uint value, int count);
}

/// <summary>Writes.</summary>
internal readonly struct EncodingCoder(AdaptiveAnsEncoder encoder) : IBitCoder
{
    private readonly AdaptiveAnsEncoder _encoder = encoder;

    public static bool Decodes => false;

    public bool HasOverrun => false;

    public long EstimateBits() => _encoder.EstimateBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Code(int bit, uint probabilityOfOne)
    {
        _encoder.AddBit(bit, probabilityOfOne);
        return bit;
    }

    public uint CodeUniform(uint value, int count)
    {
        if (count != 0)
            _encoder.AddUniform(value, count);
        return value;
    }
}

/// <summary>Reads.</summary>
internal ref struct DecodingCoder(AdaptiveAnsDecoder decoder) : IBitCoder
{
    private AdaptiveAnsDecoder _decoder = decoder;

    public static bool Decodes => true;

    /// <summary>Whether everything was read, and nothing more.</summary>
    public readonly bool IsAtEnd => _decoder.IsAtEnd;

    public readonly bool HasOverrun => _decoder.HasOverrun;

    public readonly long EstimateBits() => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Code(int bit, uint probabilityOfOne) => _decoder.DecodeBit(probabilityOfOne);

    public uint CodeUniform(uint value, int count) => count == 0 ? 0 : _decoder.DecodeUniform(count);
}
