using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace Tessera.Container;

/// <summary>
/// CRC-32C (Castagnoli): polynomial 0x1EDC6F41 reflected, initial value and final exclusive-or of 0xFFFFFFFF. A value continues: the
/// CRC of ab is <c>Append(Append(0, a), b)</c>.
/// </summary>
internal static class Crc32C
{
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    public static uint Append(uint crc, in ReadOnlySequence<byte> bytes)
    {
        foreach (ReadOnlyMemory<byte> part in bytes)
            crc = Append(crc, part.Span);
        return crc;
    }
}
