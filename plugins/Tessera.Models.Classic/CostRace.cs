namespace Tessera.Models.Classic;

/// <summary>
/// Ends an attempt early at which an earlier one of the same segment was cheaper: compares what both took up to the same rows. Nothing
/// here is part of the format.
/// </summary>
internal sealed class CostRace
{
    private const int Checkpoints = 16;

    // From this checkpoint on an attempt may end, if it is so many percent behind: what learns more slowly catches up later.
    private const int FirstDecision = 4;
    private const int Behind = 4;
    private readonly long[] _costs = new long[Checkpoints];
    private bool _hasLeader;

    /// <summary>Begins a segment: no attempt has set the pace.</summary>
    public void Reset() => _hasLeader = false;

    /// <summary>The next attempt is compared with the one that ends here.</summary>
    public void SetLeader() => _hasLeader = true;

    /// <summary>Tells the attempt's progress, row by row.</summary>
    /// <param name="coder">The coder.</param>
    /// <param name="done">Rows that are coded.</param>
    /// <param name="total">Rows of the segment.</param>
    /// <returns>Whether to go on.</returns>
    public bool GoesOn<TCoder>(ref TCoder coder, int done, int total)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        int checkpoint = (int)((long)done * Checkpoints / total);
        if (checkpoint == (long)(done - 1) * Checkpoints / total || checkpoint == Checkpoints)
            return true;
        long cost = coder.EstimateBits();
        if (_hasLeader)
            return checkpoint < FirstDecision || cost * 100 <= _costs[checkpoint] * (100 + Behind);
        _costs[checkpoint] = cost;
        return true;
    }
}
