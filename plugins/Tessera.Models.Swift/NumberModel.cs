using System.Numerics;
using Tessera.Entropy;

namespace Tessera.Models.Swift;

/// <summary>Codes small whole numbers: how many bits they have is learned, the bits themselves are not.</summary>
internal sealed class NumberModel
{
    /// <summary>The largest number.</summary>
    public const int Largest = (1 << (MaxLength + 1)) - 2;

    private const int MaxLength = 16;

    private readonly uint[] _more = new uint[MaxLength];

    public NumberModel() => _more.AsSpan().Fill(Counter.Initial);

    public void Write(AdaptiveAnsEncoder encoder, int number)
    {
        uint value = (uint)number + 1;
        int length = BitOperations.Log2(value);
        for (int i = 0; i < length; i++)
            Write(encoder, ref _more[i], 1);
        if (length < MaxLength)
            Write(encoder, ref _more[length], 0);
        if (length > 0)
            encoder.AddUniform(value & ((1u << length) - 1), length);
    }

    public int Read(ref AdaptiveAnsDecoder decoder)
    {
        int length = 0;
        while (length < MaxLength && Read(ref decoder, ref _more[length]) == 1)
            length++;
        return (int)((1u << length) + (length == 0 ? 0 : decoder.DecodeUniform(length))) - 1;
    }

    /// <summary>Writes a number of either sign, less than <see cref="Largest"/> / 2 in magnitude.</summary>
    public void WriteSigned(AdaptiveAnsEncoder encoder, int number) => Write(encoder, (number << 1) ^ (number >> 31));

    public int ReadSigned(ref AdaptiveAnsDecoder decoder)
    {
        int folded = Read(ref decoder);
        return (folded >> 1) ^ -(folded & 1);
    }

    /// <summary>Writes a decision by a counter.</summary>
    public static void Write(AdaptiveAnsEncoder encoder, ref uint counter, int bit)
    {
        encoder.AddBit(bit, Counter.Chance(counter));
        Counter.Adapt(ref counter, bit);
    }

    public static int Read(ref AdaptiveAnsDecoder decoder, ref uint counter)
    {
        int bit = decoder.DecodeBit(Counter.Chance(counter));
        Counter.Adapt(ref counter, bit);
        return bit;
    }
}
