using Spectre.Console;

namespace Tessera.Cli.Display;

/// <summary>The colors of heat maps, from few to many bits: dark blue over red to yellow, ever brighter, as anyone sees them.</summary>
internal static class HeatColors
{
    /// <summary>The colors, evenly apart.</summary>
    public static IReadOnlyList<Color> All { get; } =
    [
        new(13, 8, 135), new(84, 2, 163), new(139, 10, 165), new(185, 50, 137), new(219, 92, 104),
        new(244, 136, 73), new(254, 188, 43), new(249, 222, 36), new(240, 249, 33),
    ];

    /// <summary>The color at a place between the ends, 0 to 1.</summary>
    public static Color At(double place)
    {
        double position = Math.Clamp(place, 0, 1) * (All.Count - 1);
        int index = Math.Min((int)position, All.Count - 2);
        return All[index].Blend(All[index + 1], (float)(position - index));
    }
}
