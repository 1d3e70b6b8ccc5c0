namespace Tessera.Models.Classic;

/// <summary>Codes decisions that no other context is mixed into.</summary>
internal static class CounterCoder
{
    /// <summary>Codes a decision by its counter alone, and trains it.</summary>
    public static int Code<TCoder>(ref TCoder coder, ref uint counter, int bit, int limit = Counter.CountLimit)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        bit = coder.Code(bit, Counter.Chance(counter));
        Counter.Adapt(ref counter, bit, limit);
        return bit;
    }
}
