using System.Buffers.Binary;

namespace Tessera.Png;

/// <summary>sBIT and bKGD, whose form depends on how the samples are stored.</summary>
internal static class PngSampleChunks
{
    /// <summary>Gives sBIT the form for the raster's channels: a channel that the file does not store has all bits significant.</summary>
    /// <returns>One byte a channel, or null if the content is not valid.</returns>
    public static byte[]? AdaptSignificantBits(ReadOnlySpan<byte> content, PngHeader header, PngColors colors)
    {
        int stored = header.ColorType == PngColorType.Palette ? 3 : header.StoredChannels;
        int storedDepth = header.ColorType == PngColorType.Palette ? 8 : header.BitDepth;
        if (content.Length != stored || !InRange(content, storedDepth))
            return null;
        return colors.Format.Channels == stored ? content.ToArray() : [.. content, (byte)colors.Format.BitDepth];
    }

    /// <summary>Gives bKGD the form for the raster's channels: a grey sample or red, green and blue, each of 16 bits.</summary>
    /// <returns>The colour, or null if the content is not valid.</returns>
    public static byte[]? AdaptBackground(ReadOnlySpan<byte> content, PngHeader header, PngColors colors)
    {
        if (header.ColorType == PngColorType.Palette)
        {
            if (content.Length != 1 || content[0] >= colors.PaletteSize)
                return null;
            (byte red, byte green, byte blue, _) = colors.Entry(content[0]);
            return [0, red, 0, green, 0, blue];
        }

        bool grey = header.ColorType is PngColorType.Grey or PngColorType.GreyAlpha;
        if (content.Length != (grey ? 2 : 6))
            return null;
        byte[] adapted = content.ToArray();
        for (int i = 0; i < adapted.Length; i += 2)
        {
            int sample = BinaryPrimitives.ReadUInt16BigEndian(content[i..]);
            if (sample >> header.BitDepth != 0)
                return null;
            BinaryPrimitives.WriteUInt16BigEndian(adapted.AsSpan(i), (ushort)(grey ? sample * colors.GreyScale : sample));
        }

        return adapted;
    }

    /// <summary>Whether an adapted sBIT or bKGD fits the samples that are written.</summary>
    public static bool Fits(PngChunkType type, ReadOnlySpan<byte> content, PngHeader header)
    {
        if (type == PngChunkType.SignificantBits)
            return content.Length == header.StoredChannels && InRange(content, header.BitDepth);
        if (type != PngChunkType.Background)
            return true;
        bool grey = header.ColorType is PngColorType.Grey or PngColorType.GreyAlpha;
        if (content.Length != (grey ? 2 : 6))
            return false;
        for (int i = 0; i < content.Length; i += 2)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(content[i..]) >> header.BitDepth != 0)
                return false;
        }

        return true;
    }

    private static bool InRange(ReadOnlySpan<byte> significantBits, int depth)
    {
        foreach (byte bits in significantBits)
        {
            if (bits == 0 || bits > depth)
                return false;
        }

        return true;
    }
}
