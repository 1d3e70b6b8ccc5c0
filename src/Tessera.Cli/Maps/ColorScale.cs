using System.Collections.Immutable;

namespace Tessera.Cli.Maps;

/// <summary>
/// The colours for few to many: viridis (S. van der Walt and N. Smith, 2015, CC0), whose lightness grows evenly, also to people who do not
/// tell red from green. Nine of its published values, and straight lines between them.
/// </summary>
internal static class ColorScale
{
    private static readonly ImmutableArray<Rgb> Values =
        [.. new[] { 0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21908C, 0x27AD81, 0x5DC863, 0xAADC32, 0xFDE725 }.Select(Rgb.Of)];

    /// <summary>The colour at a place of the scale.</summary>
    /// <param name="place">From 0, the fewest, to 1, the most; what lies beyond counts as the end.</param>
    public static Rgb At(double place)
    {
        double position = Math.Clamp(place, 0, 1) * (Values.Length - 1);
        int index = Math.Min((int)position, Values.Length - 2);
        return Values[index].Towards(Values[index + 1], position - index);
    }

    /// <summary>Where a value lies on a scale between two others; the middle if these are equal.</summary>
    public static double Place(double value, double lowest, double highest) => highest - lowest < 1e-9 ? 0.5 : (value - lowest) / (highest - lowest);
}
