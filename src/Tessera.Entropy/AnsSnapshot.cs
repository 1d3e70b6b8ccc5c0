namespace Tessera.Entropy;

/// <summary>
/// The content of an <see cref="AnsStack"/> at one moment. Immutable; it may be restored any number of times, into any stack.
/// </summary>
public sealed class AnsSnapshot
{
    private readonly uint[] _words;

    internal AnsSnapshot(ulong state, ReadOnlySpan<uint> words)
    {
        State = state;
        _words = words.ToArray();
    }

    internal ulong State { get; }

    internal ReadOnlySpan<uint> Words => _words;
}
