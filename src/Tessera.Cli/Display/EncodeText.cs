using Tessera.Cli.Commands;

namespace Tessera.Cli.Display;

/// <summary>What is said of a file that was encoded.</summary>
internal static class EncodeText
{
    public static string Describe(EncodedFile file, bool isVerified)
    {
        EncodeSummary summary = file.Summary;
        string from = file.InputBytes is { } bytes
            ? $"{SizeText.Bytes(bytes)} -> {SizeText.Bytes(summary.ByteCount)} ({SizeText.Percent(summary.ByteCount, bytes)})"
            : SizeText.Bytes(summary.ByteCount);
        string verified = isVerified ? "; decoded again, all pixels are equal" : "";
        return $"{SizeText.Pixels(summary.Info)}, {from}, {summary.BitsPerSubpixel:F3} bits per subpixel{verified}";
    }
}
