namespace Tessera.Models.Swift;

/// <summary>In which order the channels of a segment become planes. Each plane is predicted from itself and from up to two planes before it.</summary>
internal static class PlaneOrder
{
    /// <summary>The most planes before a plane that it looks at.</summary>
    public const int MaxReferences = 2;

    /// <summary>The channel of a plane.</summary>
    /// <param name="plane">The plane.</param>
    /// <param name="swapped">Whether the first two channels change places: green before red.</param>
    public static int Channel(int plane, bool swapped) => swapped && plane < 2 ? 1 - plane : plane;

    /// <summary>How many planes before it a plane looks at.</summary>
    public static int References(int plane) => Math.Min(plane, MaxReferences);

    /// <summary>By how many rows a plane lags behind the first.</summary>
    public static int Lag(int plane) => plane;
}
