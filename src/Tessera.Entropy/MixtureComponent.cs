namespace Tessera.Entropy;

/// <summary>One distribution of a <see cref="Mixture"/>, made ready to be evaluated quickly.</summary>
/// <remarks><see cref="ScaleTables.Component"/> makes it. It has meaning only together with the tables that made it.</remarks>
public readonly record struct MixtureComponent
{
    internal MixtureComponent(int offset, int symbols, TablePlacement placement, int center, int spreadBits, uint weight)
    {
        Offset = offset;
        Symbols = symbols;
        Origin = placement.Origin;
        Shift = placement.Shift;
        Center = center;
        SpreadBits = spreadBits;
        Weight = weight;
    }

    /// <summary>The component's share.</summary>
    public uint Weight { get; }

    /// <summary>Where the table begins.</summary>
    internal int Offset { get; }

    /// <summary>The symbols of the table.</summary>
    internal int Symbols { get; }

    /// <summary>The bin of symbol 0.</summary>
    internal int Origin { get; }

    /// <summary>The binary logarithm of the integers in a bin.</summary>
    internal int Shift { get; }

    /// <summary>The integer at the mean, and the binary logarithm of the scale: where a search begins, and its first stride.</summary>
    internal int Center { get; }

    internal int SpreadBits { get; }
}
