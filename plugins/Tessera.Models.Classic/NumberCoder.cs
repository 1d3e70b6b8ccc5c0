using System.Numerics;

namespace Tessera.Models.Classic;

/// <summary>Codes small whole numbers, such as those of a header, with adaptive Exp-Golomb lengths.</summary>
internal sealed class NumberCoder
{
    private readonly uint[] _lengths = new uint[18];
    private readonly uint[] _firstBits = new uint[18];

    public NumberCoder() => Reset();

    public void Reset()
    {
        Array.Fill(_lengths, Counter.Initial);
        Array.Fill(_firstBits, Counter.Initial);
    }

    /// <summary>Codes a number from 0 to 2^17 - 2.</summary>
    public int Code<TCoder>(ref TCoder coder, int value)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        int bits = BitOperations.Log2((uint)Math.Max(value + 1, 1));
        int length = 0;
        while (length < 17 && CounterCoder.Code(ref coder, ref _lengths[length], length < bits ? 1 : 0) != 0)
            length++;
        int result = 1;
        for (int i = length - 1; i >= 0; i--)
        {
            int bit = ((value + 1) >> i) & 1;
            bit = i == length - 1 ? CounterCoder.Code(ref coder, ref _firstBits[length], bit) : (int)coder.CodeUniform((uint)bit, 1);
            result = (result << 1) | bit;
        }

        return result - 1;
    }
}
