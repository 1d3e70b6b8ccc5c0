namespace Tessera.Cli.Display;

/// <summary>Says what the pixels of an image are made of.</summary>
internal static class FormatText
{
    public static string Describe(ImageInfo info)
    {
        SampleFormat format = info.Format;
        string colors = format.ColorChannels switch { 1 => "grey", 3 => "RGB", int n => $"{n} channels" };
        string alpha = format.Alpha switch { AlphaKind.None => "", AlphaKind.Straight => " and alpha", _ => " and premultiplied alpha" };
        string white = info.WhiteLevel == format.MaxSample ? "" : $", white is {info.WhiteLevel}";
        return $"{colors}{alpha}, {format.BitDepth} bit(s){white}";
    }
}
