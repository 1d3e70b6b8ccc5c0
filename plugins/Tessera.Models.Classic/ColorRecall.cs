namespace Tessera.Models.Classic;

/// <summary>
/// Guesses a new pixel's remaining channels from one that is already coded: the colour that last went with this alpha, or with this
/// first plane. Drawn images mix few colours along edges, and gradients run along curves in colour space.
/// </summary>
internal sealed class ColorRecall
{
    private const int Bits = 12;
    private readonly ulong[] _recalled = new ulong[1 << Bits];
    private readonly uint[] _counters = new uint[4 * 64];
    private readonly int[] _history = new int[4];

    public void Reset()
    {
        Array.Clear(_recalled);
        Array.Clear(_history);
        Array.Fill(_counters, Counter.Initial);
    }

    /// <summary>What went with a value; plus one, 0 for nothing.</summary>
    public ref ulong Slot(int kind, int value) => ref _recalled[(((uint)value * 0x9E3779B1u) + ((uint)kind * 0x85EBCA6Bu)) >> (32 - Bits)];

    /// <summary>Codes whether a guess is right.</summary>
    public bool Code<TCoder>(ref TCoder coder, int kind, bool right)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        ref int history = ref _history[kind];
        int bit = Counter.Code(ref coder, ref _counters[(kind << 6) | history], right ? 1 : 0);
        history = ((history << 1) | bit) & 63;
        return bit != 0;
    }
}
