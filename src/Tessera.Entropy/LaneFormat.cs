using System.Runtime.CompilerServices;

namespace Tessera.Entropy;

/// <summary>The constants of an interleaved stream.</summary>
internal static class LaneFormat
{
    /// <summary>The number of coders that take turns.</summary>
    public const int Lanes = 16;

    public const int WordBits = 16;

    /// <summary>The smallest state of a lane, with which the encoder begins and the decoder ends.</summary>
    public const uint LowerBound = 1u << WordBits;

    /// <summary>The lanes' states at the head of a stream.</summary>
    public const int HeaderBytes = Lanes * sizeof(uint);
}

/// <summary>The states of all lanes.</summary>
[InlineArray(LaneFormat.Lanes)]
internal struct LaneStates
{
    private uint _first;
}
