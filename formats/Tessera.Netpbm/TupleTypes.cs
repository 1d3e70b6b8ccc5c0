namespace Tessera.Netpbm;

/// <summary>PAM's tuple types.</summary>
internal static class TupleTypes
{
    public const string BlackAndWhite = "BLACKANDWHITE";
    public const string BlackAndWhiteAlpha = "BLACKANDWHITE_ALPHA";

    /// <summary>The kind of the block that keeps a tuple type which is none of these.</summary>
    public const string BlockKind = "netpbm:TUPLTYPE";

    private const string Grey = "GRAYSCALE";
    private const string GreyAlpha = "GRAYSCALE_ALPHA";
    private const string Rgb = "RGB";
    private const string RgbAlpha = "RGB_ALPHA";

    /// <summary>Samples of a tuple type's pixel, or null if it is unknown.</summary>
    public static int? ChannelsOf(string? tupleType) => tupleType switch
    {
        BlackAndWhite or Grey => 1,
        BlackAndWhiteAlpha or GreyAlpha => 2,
        Rgb => 3,
        RgbAlpha => 4,
        _ => null,
    };

    /// <summary>Whether a tuple type's last sample is alpha.</summary>
    public static bool HasAlpha(string? tupleType) => tupleType is BlackAndWhiteAlpha or GreyAlpha or RgbAlpha;

    /// <summary>Whether a kept tuple type is one line of printable characters, and none that says something else of the samples.</summary>
    public static bool MayBeKept(ReadOnlySpan<byte> tupleType) =>
        tupleType.Length is > 0 and <= 255 && !tupleType.ContainsAnyExceptInRange((byte)' ', (byte)'~')
        && ChannelsOf(System.Text.Encoding.ASCII.GetString(tupleType)) is null;

    /// <summary>The tuple type of an image, or null if there is none for it.</summary>
    public static string? For(SampleFormat format, int maxValue) => (format.ColorChannels, format.Alpha != AlphaKind.None) switch
    {
        (1, false) => maxValue == 1 ? BlackAndWhite : Grey,
        (1, true) => maxValue == 1 ? BlackAndWhiteAlpha : GreyAlpha,
        (3, false) => Rgb,
        (3, true) => RgbAlpha,
        _ => null,
    };
}
