using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Tessera.Entropy;

/// <summary>The bijection between the states of an <see cref="AnsStack"/> and sequences of words.</summary>
/// <remarks>
/// With b = 2^32, the state x over k words, the top one last, is the integer X = x * b^k + sum(word[i] * b^i), at least b. The n serialised
/// words v are the digits of X - b in bijective base b, in which the digits are 1 to b instead of 0 to b-1:
/// X = b + sum((v[i] + 1) * b^i). Every integer from b on has exactly one such form, and every v gives one integer.
/// </remarks>
internal static class AnsSerialization
{
    /// <summary>Turns serialised words into a state and the words below it.</summary>
    /// <param name="serialized">The words v.</param>
    /// <param name="words">Takes the words of the stack; at least one longer than <paramref name="serialized"/>.</param>
    /// <returns>The number of words below the state, and the state.</returns>
    public static (int Count, ulong State) Load(ReadOnlySpan<uint> serialized, Span<uint> words)
    {
        ulong carry = 0;
        for (int i = 0; i < serialized.Length; i++)
        {
            carry += serialized[i] + (i == 1 ? 2UL : 1UL);
            words[i] = (uint)carry;
            carry >>= 32;
        }

        int digits = serialized.Length;
        if (digits < 2)
        {
            // The digit of b itself lies above the words that are there.
            return (0, ((1 + carry) << 32) | (digits == 1 ? words[0] : 0));
        }

        if (carry != 0)
            words[digits++] = (uint)carry;
        return (digits - 2, ((ulong)words[digits - 1] << 32) | words[digits - 2]);
    }

    /// <summary>Turns a state and the words below it into serialised words.</summary>
    /// <param name="words">The words of the stack.</param>
    /// <param name="state">The state, at least 2^32.</param>
    /// <param name="serialized">Takes the words v; two longer than <paramref name="words"/>.</param>
    /// <returns>The number of words v.</returns>
    public static int Save(ReadOnlySpan<uint> words, ulong state, Span<uint> serialized)
    {
        words.CopyTo(serialized);
        serialized[words.Length] = (uint)state;
        int top = words.Length + 1;
        long borrow = 0;
        for (int i = 0; i < top; i++)
        {
            long digit = serialized[i] - (i == 1 ? 2L : 1L) + borrow;
            serialized[i] = (uint)digit;
            borrow = digit >> 32;
        }

        // The top digit takes part only if something is left of it; the empty stack has no digit at all.
        long last = (long)(state >> 32) - (top == 1 ? 1 : 0) + borrow;
        if (last < 0)
            return 0;
        if (last == 0)
            return top;
        serialized[top] = (uint)(last - 1);
        return top + 1;
    }

    /// <summary>Reads little-endian words.</summary>
    public static void ReadLittleEndian(ReadOnlySpan<byte> bytes, Span<uint> words)
    {
        bytes.CopyTo(MemoryMarshal.AsBytes(words));
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(words, words);
    }

    /// <summary>Writes little-endian words.</summary>
    public static void WriteLittleEndian(ReadOnlySpan<uint> words, Span<byte> bytes)
    {
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(i * sizeof(uint))..], words[i]);
    }
}
