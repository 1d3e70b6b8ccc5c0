using System.Buffers.Binary;

namespace Tessera.Png;

/// <summary>A chunk's four letters, as the big-endian number that they are in the file.</summary>
internal readonly record struct PngChunkType(uint Code)
{
    public static readonly PngChunkType Header = Parse("IHDR");
    public static readonly PngChunkType Palette = Parse("PLTE");
    public static readonly PngChunkType ImageData = Parse("IDAT");
    public static readonly PngChunkType End = Parse("IEND");
    public static readonly PngChunkType Transparency = Parse("tRNS");
    public static readonly PngChunkType Profile = Parse("iCCP");
    public static readonly PngChunkType Exif = Parse("eXIf");
    public static readonly PngChunkType Text = Parse("tEXt");
    public static readonly PngChunkType CompressedText = Parse("zTXt");
    public static readonly PngChunkType InternationalText = Parse("iTXt");
    public static readonly PngChunkType SignificantBits = Parse("sBIT");
    public static readonly PngChunkType Background = Parse("bKGD");
    public static readonly PngChunkType AnimationControl = Parse("acTL");

    /// <summary>
    /// Chunks marked as unsafe to copy that say nothing about how the samples are encoded, or are adapted when they do, so that they
    /// stay true when a palette becomes RGB.
    /// </summary>
    private static readonly HashSet<PngChunkType> Independent =
    [
        .. new[] { "cHRM", "cICP", "cLLI", "gAMA", "mDCV", "sPLT", "sRGB", "tIME", "sTER", "sCAL" }.Select(Parse), SignificantBits, Background,
    ];

    /// <summary>Whether a reader must understand it.</summary>
    public bool IsCritical => !Lower(0);

    /// <summary>Whether it may be copied to a file whose samples are encoded otherwise.</summary>
    public bool IsIndependentOfSamples => Lower(3) || Independent.Contains(this);

    /// <summary>Whether all four are letters, the third (reserved) of them upper case.</summary>
    public bool IsValid => IsLetter(0) && IsLetter(1) && IsLetter(2) && IsLetter(3) && !Lower(2);

    /// <summary>Reads four letters.</summary>
    public static PngChunkType Parse(string letters) =>
        new(((uint)letters[0] << 24) | ((uint)letters[1] << 16) | ((uint)letters[2] << 8) | letters[3]);

    /// <summary>Reads four bytes.</summary>
    public static PngChunkType Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt32BigEndian(bytes));

    /// <summary>The four letters, anything else as hexadecimal digits.</summary>
    public override string ToString() => IsLetter(0) && IsLetter(1) && IsLetter(2) && IsLetter(3)
        ? string.Create(4, this, static (text, type) =>
        {
            for (int i = 0; i < text.Length; i++)
                text[i] = (char)type.Letter(i);
        })
        : $"0x{Code:x8}";

    private byte Letter(int i) => (byte)(Code >> (24 - (8 * i)));

    private bool Lower(int i) => (Letter(i) & 0x20) != 0;

    private bool IsLetter(int i) => char.IsAsciiLetter((char)Letter(i));
}
