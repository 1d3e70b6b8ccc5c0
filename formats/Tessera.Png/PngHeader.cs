using System.Buffers.Binary;

namespace Tessera.Png;

/// <summary>PNG's colour types, by their number in the file.</summary>
internal enum PngColorType
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    Rgba = 6,
}

/// <summary>The content of IHDR.</summary>
internal sealed record PngHeader(int Width, int Height, int BitDepth, PngColorType ColorType, bool Interlaced)
{
    /// <summary>Bytes of IHDR's content.</summary>
    public const int Size = 13;

    /// <summary>Samples of a pixel as stored; a palette index is one.</summary>
    public int StoredChannels => ColorType switch
    {
        PngColorType.GreyAlpha => 2,
        PngColorType.Rgb => 3,
        PngColorType.Rgba => 4,
        _ => 1,
    };

    /// <summary>How far back, in bytes, filters look for the pixel to the left.</summary>
    public int FilterStep => Math.Max(1, StoredChannels * BitDepth / 8);

    /// <summary>Bytes of a row of so many pixels, without its filter byte.</summary>
    public long RowBytes(int width) => (((long)width * StoredChannels * BitDepth) + 7) / 8;

    /// <summary>Reads the content of IHDR.</summary>
    /// <param name="content">The chunk's bytes.</param>
    /// <param name="offset">Where they lie in the file.</param>
    public static PngHeader Read(ReadOnlySpan<byte> content, long offset)
    {
        if (content.Length != Size)
            throw new TesseraFormatException($"IHDR has {content.Length} bytes instead of {Size}.", offset);
        uint width = BinaryPrimitives.ReadUInt32BigEndian(content);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(content[4..]);
        if (width is 0 or > int.MaxValue)
            throw new TesseraFormatException($"The width is {width}; PNG allows 1 to {int.MaxValue}.", offset);
        if (height is 0 or > int.MaxValue)
            throw new TesseraFormatException($"The height is {height}; PNG allows 1 to {int.MaxValue}.", offset + 4);
        int depth = content[8];
        var type = (PngColorType)content[9];
        bool valid = type switch
        {
            PngColorType.Grey => depth is 1 or 2 or 4 or 8 or 16,
            PngColorType.Palette => depth is 1 or 2 or 4 or 8,
            PngColorType.Rgb or PngColorType.GreyAlpha or PngColorType.Rgba => depth is 8 or 16,
            _ => false,
        };
        if (!valid)
            throw new TesseraFormatException($"PNG has no colour type {(int)type} with {depth} bits per sample.", offset + 8);
        if (content[10] != 0)
            throw new TesseraFormatException($"Compression method {content[10]} is unknown; PNG has only 0.", offset + 10);
        if (content[11] != 0)
            throw new TesseraFormatException($"Filter method {content[11]} is unknown; PNG has only 0.", offset + 11);
        if (content[12] > 1)
            throw new TesseraFormatException($"Interlace method {content[12]} is unknown; PNG has only 0 and 1.", offset + 12);
        return new((int)width, (int)height, depth, type, content[12] == 1);
    }

    /// <summary>Writes the content of IHDR.</summary>
    public byte[] ToBytes()
    {
        var content = new byte[Size];
        BinaryPrimitives.WriteInt32BigEndian(content, Width);
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(4), Height);
        content[8] = (byte)BitDepth;
        content[9] = (byte)ColorType;
        content[12] = (byte)(Interlaced ? 1 : 0);
        return content;
    }
}
