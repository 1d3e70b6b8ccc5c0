using System.Security.Cryptography;

namespace Tessera.Models.Segments;

/// <summary>
/// Run as a program, the tests print what they code fixed images to, and what this decodes to: <see cref="ProcessorTests"/> compares
/// processes that may use different instructions.
/// </summary>
internal static class Program
{
    public static void Main()
    {
        foreach (string line in Digests())
            Console.WriteLine(line);
    }

    /// <summary>One line for each image and effort: SHA-256 of the payload, and of the samples that it decodes to.</summary>
    public static IEnumerable<string> Digests()
    {
        SampleFormat[] formats = [new(1, 8), new(3, 8), new(4, 8, AlphaKind.Straight), new(3, 16), new(2, 3, AlphaKind.Straight)];
        (int width, int height) = Subject.SmallImage;
        foreach (Content content in Enum.GetValues<Content>())
        {
            foreach (SampleFormat format in formats)
            {
                var segment = SegmentCase.Whole(new(width, height, format, content, 6), format.BitDepth == 8 ? Subject.Efforts[^2] : Subject.Efforts[^1]);
                byte[] payload = segment.Encode();
                ushort[] samples = SegmentCase.Samples(segment.Decode(payload));
                byte[] bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(samples.AsSpan()).ToArray();
                yield return $"{content} {format.Channels} x {format.BitDepth}: {Hash(payload)} {Hash(bytes)}";
            }
        }
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
