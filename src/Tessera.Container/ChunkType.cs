using System.Buffers.Binary;
using System.Text;

namespace Tessera.Container;

/// <summary>
/// What a chunk is: four ASCII letters. The first is upper-case where a reader cannot do without the chunk (critical), and
/// lower-case where it may ignore it (ancillary).
/// </summary>
public readonly record struct ChunkType
{
    private const uint CaseBit = 0x20;
    private readonly uint _code;

    /// <summary>Takes four letters, such as "SEGM".</summary>
    /// <param name="name">Four ASCII letters.</param>
    /// <exception cref="ArgumentException">They are not four ASCII letters.</exception>
    public ChunkType(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length != 4 || !name.All(char.IsAsciiLetter))
            throw new ArgumentException($"A chunk type is four ASCII letters, not \"{name}\".", nameof(name));
        _code = name[0] | ((uint)name[1] << 8) | ((uint)name[2] << 16) | ((uint)name[3] << 24);
    }

    private ChunkType(uint code) => _code = code;

    /// <summary>The header: what the image is. The first chunk.</summary>
    public static ChunkType Header { get; } = new("HEAD");

    /// <summary>A segment: coded tiles.</summary>
    public static ChunkType Segment { get; } = new("SEGM");

    /// <summary>The index: where each segment is. The last chunk.</summary>
    public static ChunkType Index { get; } = new("INDX");

    /// <summary>An ICC profile.</summary>
    public static ChunkType Icc { get; } = new("iccp");

    /// <summary>EXIF, from the TIFF header on.</summary>
    public static ChunkType Exif { get; } = new("exif");

    /// <summary>An XMP packet.</summary>
    public static ChunkType Xmp { get; } = new("xmpp");

    /// <summary>IPTC-IIM records.</summary>
    public static ChunkType Iptc { get; } = new("iptc");

    /// <summary>A text with its keyword: see <see cref="TextContent"/>.</summary>
    public static ChunkType Text { get; } = new("text");

    /// <summary>Any other metadata, with its kind: see <see cref="MetadataContent"/>.</summary>
    public static ChunkType Metadata { get; } = new("meta");

    /// <summary>What is particular to a frame: see <see cref="FrameContent"/>.</summary>
    public static ChunkType Frame { get; } = new("fram");

    /// <summary>Whether a reader that does not know the type must refuse the file.</summary>
    public bool IsCritical => (_code & CaseBit) == 0;

    /// <summary>Whether this version of the format defines the type.</summary>
    public bool IsKnown => this == Header || this == Segment || this == Index || this == Frame || IsMetadata;

    /// <summary>Whether it is metadata of the image or of a frame.</summary>
    public bool IsMetadata =>
        this == Icc || this == Exif || this == Xmp || this == Iptc || this == Text || this == Metadata;

    internal bool IsValid =>
        char.IsAsciiLetter((char)(byte)_code) && char.IsAsciiLetter((char)(byte)(_code >> 8)) &&
        char.IsAsciiLetter((char)(byte)(_code >> 16)) && char.IsAsciiLetter((char)(byte)(_code >> 24));

    /// <summary>Gives the four letters; other bytes, which only a damaged file has, as in "\x00".</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        var text = new StringBuilder(4);
        for (int i = 0; i < 4; i++)
        {
            char c = (char)(byte)(_code >> (8 * i));
            if (c is >= ' ' and <= '~')
                text.Append(c);
            else
                text.Append("\\x").Append(((int)c).ToString("x2", null));
        }

        return text.ToString();
    }

    internal static ChunkType Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt32LittleEndian(bytes));

    internal void Write(Span<byte> bytes) => BinaryPrimitives.WriteUInt32LittleEndian(bytes, _code);
}
