using System.Collections.Immutable;

namespace Tessera.Cli.Maps;

/// <summary>
/// Colours that tell models apart, by their place in the file's table: the palette of M. Okabe and K. Ito (2008), which people with any kind
/// of colour vision can tell apart, without its black; after seven models it begins again.
/// </summary>
internal static class ModelColors
{
    private static readonly ImmutableArray<Rgb> Values =
        [.. new[] { 0xD55E00, 0x56B4E9, 0xCC79A7, 0xF0E442, 0x0072B2, 0xE69F00, 0x009E73 }.Select(Rgb.Of)];

    /// <summary>How many there are.</summary>
    public static int Count => Values.Length;

    /// <summary>What stands for tiles that are lost.</summary>
    public static Rgb Lost { get; } = Rgb.Of(0xFF00FF);

    /// <summary>The colour of a model.</summary>
    /// <param name="model">Its place in the table.</param>
    public static Rgb Of(int model) => Values[model % Values.Length];
}
