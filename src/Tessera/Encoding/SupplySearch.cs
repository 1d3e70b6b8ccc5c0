namespace Tessera;

/// <summary>
/// Finds how many starter tiles a segment needs: so many suffice, and one fewer does not. Which counts are tried follows from the segment alone, so
/// that the result is the same whatever else is coded at the same time.
/// </summary>
/// <param name="most">The most that may be tried.</param>
/// <remarks>
/// Too few are found out early, by the first tile that pops; enough cost the coding of the whole segment. The search therefore comes from below, in
/// steps that double, and once it knows from a count that suffices how much of the supply was used, goes where that says.
/// </remarks>
internal sealed class SupplySearch(int most)
{
    private int _tooFew;
    private int _enough = most + 1;
    private int _estimate;
    private int _step;

    /// <summary>Whether nothing is left to try.</summary>
    public bool IsOver => _enough - _tooFew <= 1;

    /// <summary>The fewest starter tiles that suffice; null if none do.</summary>
    public int? Found => _enough > most ? null : _enough;

    /// <summary>How many to try next.</summary>
    public int Next => Math.Clamp(Math.Max(_estimate, _tooFew + _step), _tooFew + 1, _enough - 1);

    /// <summary>The supply of the count that was tried was exhausted.</summary>
    public void Exhausted()
    {
        _tooFew = Next;
        _step = Math.Max(1, 2 * _step);
    }

    /// <summary>The supply of the count that was tried sufficed.</summary>
    /// <param name="use">What was used of it.</param>
    public void Sufficed(SupplyUse use)
    {
        _enough = Next;
        _estimate = use.ByteCount == 0 ? 0 : (int)((((long)_enough * use.UsedByteCount) + use.ByteCount - 1) / use.ByteCount);
        _step = 0;
    }
}
