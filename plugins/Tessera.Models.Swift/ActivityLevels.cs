using System.Numerics;

namespace Tessera.Models.Swift;

/// <summary>The steps of activity at which an encoder may begin a class: all up to 8, then four to the octave.</summary>
internal static class ActivityLevels
{
    private const int Exact = 8;

    public const int Count = Exact + (4 * (PlanePlan.ActivityBits - 3));

    private static readonly byte[] Levels = [.. Enumerable.Range(0, PlanePlan.ActivityLevels).Select(Level)];

    /// <summary>The level of each activity.</summary>
    public static ReadOnlySpan<byte> OfActivity => Levels;

    /// <summary>The lowest activity of a level.</summary>
    public static int First(int level) => level < Exact ? level : (4 + (level & 3)) << (1 + ((level - Exact) >> 2));

    private static byte Level(int activity)
    {
        if (activity < Exact)
            return (byte)activity;
        int octave = BitOperations.Log2((uint)activity);
        return (byte)(Exact + ((octave - 3) << 2) + ((activity >> (octave - 2)) & 3));
    }
}
