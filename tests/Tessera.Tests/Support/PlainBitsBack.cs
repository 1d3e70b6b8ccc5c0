using System.Buffers.Binary;
using Tessera.Entropy.Tests;

namespace Tessera.Tests.Support;

/// <summary>
/// <c>spec/bits-back.md</c> as it reads, for its example: on a stack of unbounded integers, one value after another. Nothing of the
/// library is used.
/// </summary>
internal sealed class PlainBitsBack
{
    private readonly byte[] _rest;
    private readonly ReferenceStack _stack;

    public PlainBitsBack(byte[] bytes)
    {
        int rest = bytes.Length % 4;
        _rest = bytes[..rest];
        _stack = ReferenceStack.FromWords([.. bytes[rest..].Chunk(4).Select(word => BinaryPrimitives.ReadUInt32LittleEndian(word))]);
    }

    /// <summary>What the pushes so far cost less what the pops gave, in bits, by the frequencies alone.</summary>
    public double Bits { get; private set; }

    public byte[] ToBytes() => [.. _rest, .. _stack.ToWords().SelectMany(BitConverter.GetBytes)];

    /// <summary>Section 8: T(c).</summary>
    public static uint[] Table(int c)
    {
        uint[] f = new uint[16];
        uint others = 0;
        for (int v = 0; v < 16; v++)
        {
            if (v == c)
                continue;
            f[v] = 1 + (64u / (1u << Math.Abs(v - c)));
            others += f[v];
        }

        f[c] = 256 - others;
        return f;
    }

    public void Push(int v, int c)
    {
        uint[] f = Table(c);
        _stack.Push(Start(f, v), f[v], 8);
        Bits += 8 - Math.Log2(f[v]);
    }

    public int Pop(int c)
    {
        uint[] f = Table(c);
        uint slot = _stack.Peek(8);
        int v = 0;
        while (Start(f, v + 1) <= slot)
            v++;
        _stack.Drop(Start(f, v), f[v], 8);
        Bits -= 8 - Math.Log2(f[v]);
        return v;
    }

    public void PushBits(int value, int count)
    {
        _stack.PushUniform((uint)value, 1UL << count);
        Bits += count;
    }

    public int PopBits(int count)
    {
        Bits -= count;
        return (int)_stack.PopUniform(1UL << count);
    }

    /// <summary>Section 5, Bit-Swap.</summary>
    public void PushBySwapping(int[] x, int bits, int depth)
    {
        var z = new int[depth + 1][];
        z[0] = Heads(x, bits);
        for (int i = 0; i < depth; i++)
        {
            z[i + 1] = [.. z[i].Select(Pop)];
            if (i == 0)
                PushLow(x, bits);
            PushLayer(z[i], z[i + 1]);
        }

        PushTop(z[depth]);
    }

    /// <summary>Section 5, Bit-Swap.</summary>
    public int[] PopBySwapping(int count, int bits, int depth)
    {
        int[] upper = PopTop(count), x = [];
        for (int i = depth - 1; i >= 0; i--)
        {
            int[] lower = [.. upper.Select(Pop)];
            if (i == 0)
                x = PopLow(lower, bits);
            PushLayer(upper, lower);
            upper = lower;
        }

        return x;
    }

    /// <summary>Section 4, BB-ANS, with g(k) = L + 1 - k.</summary>
    public void PushAtOnce(int[] x, int bits, int depth)
    {
        var z = new int[depth + 1][];
        z[0] = Heads(x, bits);
        for (int k = 1; k <= depth; k++)
            z[k] = [.. z[k - 1].Select(Pop)];
        PushLow(x, bits);
        for (int k = 0; k < depth; k++)
            PushLayer(z[k], z[k + 1]);
        PushTop(z[depth]);
    }

    /// <summary>Section 4, BB-ANS, with g(k) = L + 1 - k.</summary>
    public int[] PopAtOnce(int count, int bits, int depth)
    {
        var z = new int[depth + 1][];
        z[depth] = PopTop(count);
        for (int k = depth - 1; k >= 0; k--)
            z[k] = [.. z[k + 1].Select(Pop)];
        int[] x = PopLow(z[0], bits);
        for (int k = depth; k >= 1; k--)
            PushLayer(z[k], z[k - 1]);
        return x;
    }

    private static uint Start(uint[] f, int v) => (uint)f.Take(v).Sum(frequency => frequency);

    private static int LowBits(int bits) => Math.Max(0, bits - 4);

    private static int[] Heads(int[] x, int bits) => [.. x.Select(sample => sample >> LowBits(bits))];

    private void PushLow(int[] x, int bits)
    {
        for (int e = x.Length - 1; e >= 0; e--)
            PushBits(x[e] % (1 << LowBits(bits)), LowBits(bits));
    }

    private int[] PopLow(int[] heads, int bits) => [.. heads.Select(head => (head << LowBits(bits)) + PopBits(LowBits(bits)))];

    private void PushLayer(int[] values, int[] conditions)
    {
        for (int e = values.Length - 1; e >= 0; e--)
            Push(values[e], conditions[e]);
    }

    private void PushTop(int[] values)
    {
        for (int e = values.Length - 1; e >= 0; e--)
            PushBits(values[e], 4);
    }

    private int[] PopTop(int count) => [.. Enumerable.Range(0, count).Select(_ => PopBits(4))];
}
