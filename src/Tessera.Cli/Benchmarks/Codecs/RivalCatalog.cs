using System.Collections.Immutable;

namespace Tessera.Cli.Benchmarks.Codecs;

/// <summary>
/// The codecs that Tessera is measured against. Their programs use all processors where they can, as Tessera does, and take and give Netpbm
/// where they can, which costs them the least time.
/// </summary>
internal static class RivalCatalog
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<Codec> All { get; } =
    [
        Png("optipng", "OptiPNG", "optipng -quiet {in} -out {out}"),
        Png("oxipng", "Oxipng", "oxipng -q -o 4 {in} --out {out}"),
        Png("zopflipng", "ZopfliPNG", "zopflipng {in} {out}") with { IsOptional = true, VersionArguments = [] },
        new("webp", "WebP", "WebP", Command("cwebp -quiet -mt -lossless -z 9 -exact {in} -o {out}"), Command("dwebp -quiet -mt {in} -pam -o {out}"), ".webp")
        {
            DecoderOutput = Interchange.Pam,
            MaxBitDepth = 8,
            VersionArguments = ["-version"],
        },
        JpegXl(3),
        JpegXl(7),
        JpegXl(9),
        new(
            "jp2",
            "JPEG 2000",
            "JPEG 2000",
            Command("opj_compress -threads ALL_CPUS -i {in} -o {out}"),
            Command("opj_decompress -threads ALL_CPUS -i {in} -o {out}"),
            ".jp2")
        {
            // Its decoder writes no PAM.
            DecoderOutput = Interchange.NetpbmWithoutAlpha,
            VersionArguments = ["-h"],
        },
        new("avif", "AVIF", "AVIF", Command("avifenc --lossless -j all {in} {out}"), Command("avifdec -j all {in} {out}"), ".avif")
        {
            EncoderInput = Interchange.Png,
            DecoderOutput = Interchange.Png,
            MaxBitDepth = 8,
        },
        new("flif", "FLIF", "FLIF", Command("flif -e {in} {out}"), Command("flif -d {in} {out}"), ".flif"),
    ];

    private static Codec Png(string name, string label, string encode) => new(name, label, "PNG", Command(encode), null, ".png")
    {
        EncoderInput = Interchange.Png,
        DecoderOutput = Interchange.Png,
    };

    private static Codec JpegXl(int effort) => new(
        $"jxl-e{effort}",
        $"JPEG XL e{effort}",
        "JPEG XL",
        Command($"cjxl --quiet -d 0 -e {effort} {{in}} {{out}}"),
        Command("djxl --quiet {in} {out}"),
        ".jxl");

    private static CommandTemplate Command(string text) => CommandTemplate.Parse(text);
}
