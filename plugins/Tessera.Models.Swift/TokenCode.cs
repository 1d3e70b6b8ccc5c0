using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tessera.Models.Swift;

/// <summary>
/// Folded errors (0, -1, 1, -2, ... as 0, 1, 2, 3, ...) of up to 8 bits are symbols as they are. Larger ones are a token of at most 8 bits, and bits
/// below its three highest after the first.
/// </summary>
internal static class TokenCode
{
    /// <summary>The deepest samples whose folded errors are symbols.</summary>
    public const int DirectDepth = 8;

    /// <summary>The first token that has bits.</summary>
    public const int FirstWithBits = 32;

    private const int FirstOctave = 5;
    private const int StepBits = 3;

    /// <summary>How many symbols there are.</summary>
    public static int SymbolCount(int depth) =>
        depth <= DirectDepth ? 1 << depth : FirstWithBits + ((depth - FirstOctave) << StepBits);

    /// <summary>The token of a folded error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Token(int folded)
    {
        if (folded < FirstWithBits)
            return folded;
        int octave = BitOperations.Log2((uint)folded);
        return FirstWithBits + ((octave - FirstOctave) << StepBits) + ((folded >> (octave - StepBits)) & ((1 << StepBits) - 1));
    }

    /// <summary>How many bits follow a token from <see cref="FirstWithBits"/> on: 2 or more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BitCount(int token) => FirstOctave - StepBits + ((token - FirstWithBits) >> StepBits);

    /// <summary>The smallest folded error of such a token.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Base(int token) => ((1 << StepBits) + (token & ((1 << StepBits) - 1))) << BitCount(token);
}
