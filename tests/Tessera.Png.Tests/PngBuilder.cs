using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Tessera.Png.Tests;

/// <summary>Makes PNG files chunk by chunk, right or wrong. It shares no code with the library.</summary>
internal sealed class PngBuilder
{
    private readonly List<byte> _file = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>A file of 2 x 2 grey pixels of 8 bits: 10, 20, 30, 40.</summary>
    public static PngBuilder Grey() => new PngBuilder().Header(2, 2, 8, 0);

    public static byte[] GreyPixels => [0, 10, 20, 0, 30, 40];

    public PngBuilder Header(uint width, uint height, byte depth, byte color, byte compression = 0, byte filter = 0, byte interlace = 0)
    {
        var content = new byte[13];
        BinaryPrimitives.WriteUInt32BigEndian(content, width);
        BinaryPrimitives.WriteUInt32BigEndian(content.AsSpan(4), height);
        (content[8], content[9], content[10], content[11], content[12]) = (depth, color, compression, filter, interlace);
        return Chunk("IHDR", content);
    }

    public PngBuilder Chunk(string type, params byte[] content)
    {
        byte[] body = [.. Encoding.Latin1.GetBytes(type), .. content];
        Number((uint)content.Length);
        _file.AddRange(body);
        Number(Crc(body));
        return this;
    }

    public PngBuilder Pixels(params byte[] lines) => Chunk("IDAT", Compress(lines));

    public byte[] End() => Chunk("IEND").Bytes();

    public byte[] Bytes() => [.. _file];

    public static byte[] Compress(byte[] data)
    {
        using var target = new MemoryStream();
        using (var deflater = new ZLibStream(target, CompressionLevel.Fastest))
            deflater.Write(data);
        return target.ToArray();
    }

    public static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }

        return ~crc;
    }

    /// <summary>The chunks of a file, without any check but their lengths.</summary>
    public static List<(string Type, byte[] Content)> Chunks(byte[] file)
    {
        var chunks = new List<(string, byte[])>();
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            chunks.Add((Encoding.Latin1.GetString(file, at + 4, 4), file[(at + 8)..(at + 8 + length)]));
            at += 12 + length;
        }

        return chunks;
    }

    /// <summary>Gives every chunk the CRC of its content, so that damage is not found by its CRC. Stops where chunks end.</summary>
    public static void RepairCrcs(byte[] file)
    {
        for (long at = 8; at + 12 <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan((int)at));
            if (length > file.Length - at - 12)
                return;
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan((int)(at + 8 + length)), Crc(file.AsSpan((int)at + 4, (int)length + 4)));
            at += 12 + length;
        }
    }

    private void Number(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        _file.AddRange(bytes);
    }
}
