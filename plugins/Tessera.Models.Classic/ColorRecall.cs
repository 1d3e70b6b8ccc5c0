namespace Tessera.Models.Classic;

/// <summary>
/// Guesses a new pixel's remaining channels from one that is already coded. Drawings mix few colors along edges, and their gradients
/// run along curves in color space, so that one channel often tells the others. Guesses are stored plus one; 0 is none.
/// </summary>
internal sealed class ColorRecall
{
    private const int SlotBits = 12;
    private const int HistoryBits = 6;

    // How many colors are kept for a sample of the first plane.
    private const int Recent = 16;

    // Kinds of guesses: beside alpha (0, 4), near (2), any of a list (1), by two planes (3), and each of a list but the last (from 5 on).
    private const int Kinds = 4 + Recent;
    private readonly ulong[] _guesses = new ulong[1 << SlotBits];
    private readonly ulong[] _recent = new ulong[Recent << SlotBits];
    private readonly uint[] _counters = new uint[Kinds << HistoryBits];
    private readonly int[] _histories = new int[Kinds];
    private int _depth;

    /// <summary>The latest color that had to be coded, or was recalled beside alpha.</summary>
    public ref ulong Latest => ref Slot(0, 0);

    /// <summary>Whether colors are looked up among many: this pays where they are few, and costs where each is new.</summary>
    public bool IsDeep => _depth > 1;

    /// <summary>Forgets everything.</summary>
    /// <param name="deep">See <see cref="IsDeep"/>.</param>
    public void Reset(bool deep)
    {
        _depth = deep ? Recent : 1;
        Array.Clear(_guesses);
        Array.Clear(_recent);
        Array.Clear(_histories);
        Array.Fill(_counters, Counter.Initial);
    }

    /// <summary>The colors that went with a sample of the first plane, the latest first.</summary>
    public Span<ulong> ByFirst(int alpha, int first) => _recent.AsSpan(Index(1 + alpha, first) * Recent, _depth);

    /// <summary>What went with samples of the first two planes.</summary>
    public ref ulong ByTwo(int alpha, int first, int second) => ref Slot(~alpha, first + (second << 16));

    /// <summary>What went with a sample of the first plane to the right of roughly such samples of the other two.</summary>
    public ref ulong Near(int alpha, int first, int leftSecond, int leftThird) =>
        ref Slot(1 + alpha, first + (((leftSecond >> 5) + ((leftThird >> 5) << 5)) << 16) + (1 << 15));

    /// <summary>Codes whether a guess is right, by whether the last six of its kind were.</summary>
    public bool Code<TCoder>(ref TCoder coder, int kind, bool right)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        ref int history = ref _histories[kind];
        int bit = CounterCoder.Code(ref coder, ref _counters[(kind << HistoryBits) | history], right ? 1 : 0);
        history = ((history << 1) | bit) & ((1 << HistoryBits) - 1);
        return bit != 0;
    }

    /// <summary>Puts a color at the front of a list.</summary>
    public static void MoveToFront(Span<ulong> list, ulong entry)
    {
        int i = list.IndexOf(entry);
        if (i < 0)
            i = list.Length - 1;
        list[..i].CopyTo(list[1..]);
        list[0] = entry;
    }

    private ref ulong Slot(int kind, int value) => ref _guesses[Index(kind, value)];

    private static int Index(int kind, int value) => (int)((((uint)value * 0x9E3779B1u) + ((uint)kind * 0x85EBCA6Bu)) >> (32 - SlotBits));
}
