namespace Tessera.Cli.Benchmarks.Codecs;

/// <summary>The kind of file by which a codec's program takes and gives pictures.</summary>
internal enum Interchange
{
    /// <summary>PNG.</summary>
    Png,

    /// <summary>PGM or PPM, and PAM where there is alpha.</summary>
    Netpbm,

    /// <summary>PGM or PPM, and PNG where there is alpha.</summary>
    NetpbmWithoutAlpha,

    /// <summary>PAM for every picture.</summary>
    Pam,
}

/// <summary>Names of such files.</summary>
internal static class InterchangeExtensions
{
    /// <summary>The extension, with its dot, of the file for a picture.</summary>
    public static string ExtensionFor(this Interchange interchange, SampleFormat format) => interchange switch
    {
        Interchange.Png => ".png",
        Interchange.Pam => ".pam",
        _ when format.Alpha != AlphaKind.None => interchange == Interchange.Netpbm ? ".pam" : ".png",
        _ => format.Channels == 1 ? ".pgm" : ".ppm",
    };
}
