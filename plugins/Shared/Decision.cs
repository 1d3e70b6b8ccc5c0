using Tessera.Entropy;

namespace Tessera.Models;

/// <summary>A distribution of two: true and, in the slots behind, false.</summary>
/// <param name="chance">The probability that it is true, in units of 2^-16, from 1 to 65535.</param>
internal readonly struct Decision(uint chance)
{
    /// <summary>The binary logarithm of the number of slots.</summary>
    public const int Precision = Mixture.Precision;

    private readonly uint _true = chance << (Precision - 16);

    /// <summary>The slots of a decision.</summary>
    public SymbolInterval Interval(bool decision) => decision ? new(0, _true) : new(_true, (1u << Precision) - _true);

    /// <summary>The decision to which a slot belongs.</summary>
    public bool Find(uint slot) => slot < _true;
}
