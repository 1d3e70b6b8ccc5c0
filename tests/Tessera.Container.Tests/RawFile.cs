using System.Buffers.Binary;

namespace Tessera.Container.Tests;

/// <summary>Puts files together byte by byte, right or wrong, without the library: from the specification alone.</summary>
internal static class RawFile
{
    /// <summary>Three by two pixels, one model: the payload of HEAD.</summary>
    public static byte[] SmallHead { get; } = Hex("83 00 03 01 02 09 91 92 A7 63 6C 61 73 73 69 63 01");

    /// <summary>One tile, three channels, the first model: the payload of SEGM.</summary>
    public static byte[] SmallSegment { get; } = Hex("00 00 01 78 56 34 12 01 02 03 04 05");

    /// <summary>Where <see cref="SmallHead"/> begins in a file.</summary>
    public const int HeadPayloadStart = 16;

    public static byte[] Hex(string digits) => Convert.FromHexString(digits.Replace(" ", "", StringComparison.Ordinal));

    public static byte[] Build(params IEnumerable<(string Type, byte[] Payload)> chunks) => Build(1, 0, chunks);

    public static byte[] Build(byte major, byte minor, params IEnumerable<(string Type, byte[] Payload)> chunks)
    {
        byte[] file = [0xD4, .. "TSRA\n"u8, major, minor];
        bool first = true;
        foreach ((string type, byte[] payload) in chunks)
        {
            byte[] chunk = [.. type.Select(c => (byte)c), .. UInt32((uint)payload.Length), .. payload];
            byte[] covered = first ? [.. file, .. chunk] : chunk;
            file = [.. file, .. chunk, .. UInt32(Crc(covered))];
            first = false;
        }

        return file;
    }

    /// <summary>An index payload: entries, then the chunk's length.</summary>
    public static byte[] Index(params byte[] entries) => [.. entries, .. UInt32((uint)entries.Length + 16)];

    public static byte[] UInt32(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        return crc ^ 0xFFFFFFFF;
    }
}
