using System.Numerics;
using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>
/// The Exp-Golomb code of numbers below 2^bits - 1, cut off so that any sequence of bits is the code of something: in the order of popping, as many
/// ones as number + 1 has bits below its highest, a zero unless these are the most that there can be, and those bits.
/// </summary>
internal static class ExpGolomb
{
    /// <summary>Pushes a number.</summary>
    public static void Push(AnsStack stack, uint number, int maxBits)
    {
        uint next = number + 1;
        int bits = BitOperations.Log2(next);
        stack.PushBits(next - (1u << bits), bits);
        if (bits < maxBits - 1)
            stack.PushBits(0, 1);
        for (int i = 0; i < bits; i++)
            stack.PushBits(1, 1);
    }

    /// <summary>Pops a number.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    public static uint Pop(AnsStack stack, int maxBits)
    {
        int bits = 0;
        while (bits < maxBits - 1 && stack.PopBits(1) != 0)
            bits++;
        return (1u << bits) + stack.PopBits(bits) - 1;
    }
}
