using System.Numerics;

namespace Tessera.Entropy.Tests;

/// <summary>
/// The rANS stack as its theory states it, in unbounded integers: before each operation the state is brought into the interval
/// [k, 2^32 k) that the operation needs, by moving whole words. Nothing of the library's arithmetic is used.
/// </summary>
internal sealed class ReferenceStack
{
    private static readonly BigInteger Base = BigInteger.One << 32;
    private readonly Stack<uint> _words = new();
    private BigInteger _state = Base;

    /// <summary>All of the content as one integer, of which the serialised words are the digits in bijective base 2^32.</summary>
    public BigInteger Value
    {
        get
        {
            BigInteger value = _state;
            foreach (uint word in _words)
                value = (value * Base) + word;
            return value;
        }
    }

    public static ReferenceStack FromWords(IReadOnlyList<uint> words)
    {
        BigInteger value = Base;
        for (int i = 0; i < words.Count; i++)
            value += (words[i] + BigInteger.One) * BigInteger.Pow(Base, i);

        var digits = new List<uint>();
        for (; value >= Base * Base; value /= Base)
            digits.Add((uint)(value % Base));
        var stack = new ReferenceStack { _state = value };
        foreach (uint digit in digits)
            stack._words.Push(digit);
        return stack;
    }

    public uint[] ToWords()
    {
        var words = new List<uint>();
        for (BigInteger rest = Value - Base; rest > 0; rest = (rest - 1) / Base)
            words.Add((uint)((rest - 1) % Base));
        return [.. words];
    }

    public void Push(uint start, uint frequency, int precision)
    {
        Normalize(frequency * (Base >> precision));
        BigInteger quotient = BigInteger.DivRem(_state, frequency, out BigInteger remainder);
        _state = (quotient << precision) + remainder + start;
    }

    public uint Peek(int precision) => (uint)(_state % (BigInteger.One << precision));

    public void Drop(uint start, uint frequency, int precision)
    {
        BigInteger slot = _state % (BigInteger.One << precision);
        _state = (frequency * (_state >> precision)) + slot - start;
        Normalize(Base);
    }

    public void PushUniform(uint value, ulong range)
    {
        _state = (_state * range) + value;
        Normalize(Base);
    }

    public uint PopUniform(ulong range)
    {
        Normalize(Base * range);
        _state = BigInteger.DivRem(_state, range, out BigInteger value);
        return (uint)value;
    }

    private void Normalize(BigInteger lowerBound)
    {
        while (_state >= lowerBound * Base)
        {
            _words.Push((uint)(_state % Base));
            _state /= Base;
        }

        while (_state < lowerBound)
            _state = (_state * Base) + _words.Pop();
    }
}
