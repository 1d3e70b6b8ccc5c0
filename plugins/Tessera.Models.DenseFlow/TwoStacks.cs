using System.Buffers;
using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>
/// A stack for all that a flow codes, and one for noise alone. The second one is loaded from a word of the first and fed with more, and in the end is
/// put on top of it: counts say how many words, so that a decoder can undo it.
/// </summary>
internal sealed class TwoStacks : IDisposable
{
    /// <summary>Words that can be moved at once are fewer.</summary>
    public const int MaxWords = (1 << CountBits) - 1;

    private const int WordBits = 32;

    private const int CountBits = 24;

    /// <summary>Has an empty stack of noise.</summary>
    /// <param name="main">The first stack. It stays the caller's.</param>
    public TwoStacks(AnsStack main) => Main = main;

    /// <summary>The first stack.</summary>
    public AnsStack Main { get; }

    /// <summary>The second one.</summary>
    public AnsStack Noise { get; } = new();

    /// <summary>Loads the second stack from a word of the first: a state that began with nothing would be bits that nobody needs, joined in the end.</summary>
    /// <exception cref="AnsUnderflowException">The first stack has none.</exception>
    public void Begin() => Load([Main.PopBits(WordBits)]);

    /// <summary>The inverse of <see cref="Begin"/>.</summary>
    /// <returns>Whether the second stack is one that <see cref="Begin"/> left. If not, nothing is done.</returns>
    public bool TryEnd()
    {
        Span<uint> words = stackalloc uint[2];
        if (Noise.MaxWordCount > words.Length || Noise.WriteWords(words) != 1)
            return false;
        Main.PushBits(words[0], WordBits);
        Noise.Clear();
        return true;
    }

    /// <summary>Moves words from the first stack to the second, and leaves their count on the first.</summary>
    /// <exception cref="AnsUnderflowException">The first stack holds too few.</exception>
    public void Feed(int words)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)words, (uint)MaxWords, nameof(words));
        for (int i = 0; i < words; i++)
            Noise.PushBits(Main.PopBits(WordBits), WordBits);
        PushCount(words);
    }

    /// <summary>The inverse of <see cref="Feed"/>.</summary>
    /// <exception cref="AnsUnderflowException">A stack holds too few bits: the data is damaged.</exception>
    public void Unfeed()
    {
        for (int i = PopCount(); i > 0; i--)
            Main.PushBits(Noise.PopBits(WordBits), WordBits);
    }

    /// <summary>Puts the second stack, serialised, on top of the first one. The second is empty then.</summary>
    public void Join()
    {
        uint[] words = ArrayPool<uint>.Shared.Rent(Noise.MaxWordCount);
        int count = Noise.WriteWords(words);
        foreach (uint word in words.AsSpan(0, count))
            Main.PushBits(word, WordBits);
        PushCount(count);
        Noise.Clear();
        ArrayPool<uint>.Shared.Return(words);
    }

    /// <summary>The inverse of <see cref="Join"/>.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits: the data is damaged.</exception>
    public void Part()
    {
        int count = PopCount();
        if (count > Main.BitCount / WordBits)
            throw new AnsUnderflowException();
        uint[] words = ArrayPool<uint>.Shared.Rent(count);
        for (int i = count - 1; i >= 0; i--)
            words[i] = Main.PopBits(WordBits);
        Load(words.AsSpan(0, count));
        ArrayPool<uint>.Shared.Return(words);
    }

    /// <summary>Gives the second stack's storage back.</summary>
    public void Dispose() => Noise.Dispose();

    private void Load(ReadOnlySpan<uint> words)
    {
        using AnsStack noise = AnsStack.FromWords(words);
        Noise.CopyFrom(noise);
    }

    private void PushCount(int count)
    {
        if (count >= MaxWords)
            throw new InvalidOperationException($"The stack of noise has {count} words, too many to be joined to another.");
        ExpGolomb.Push(Main, (uint)count, CountBits);
    }

    private int PopCount() => (int)ExpGolomb.Pop(Main, CountBits);
}
