using System.Buffers.Binary;

namespace Tessera.Container;

/// <summary>Reads the fields of a payload from front to back, and says at which byte of the file one is wrong.</summary>
internal ref struct PayloadReader
{
    private readonly ReadOnlySpan<byte> _data;
    private readonly long _start;
    private readonly string _name;

    /// <param name="data">The payload.</param>
    /// <param name="start">The payload's offset in the file.</param>
    /// <param name="name">What it is, for messages.</param>
    public PayloadReader(ReadOnlySpan<byte> data, long start, string name)
    {
        _data = data;
        _start = start;
        _name = name;
    }

    public int Position { get; private set; }

    public readonly int Remaining => _data.Length - Position;

    /// <summary>The offset in the file of the next byte.</summary>
    public readonly long Offset => _start + Position;

    public byte ReadByte(string field) => ReadBytes(1, field)[0];

    public uint ReadUInt32(string field) => BinaryPrimitives.ReadUInt32LittleEndian(ReadBytes(sizeof(uint), field));

    public int ReadInt32(string field, int min, int max) => (int)ReadInt64(field, min, max);

    public long ReadInt64(string field, long min, long max)
    {
        long at = Offset;
        long value = ReadVarint(field);
        return value >= min && value <= max
            ? value
            : throw new TesseraFormatException($"The {_name}'s {field} is {value}; it may be {min} to {max}", at);
    }

    private long ReadVarint(string field)
    {
        long at = Offset;
        ulong value = 0;
        for (int i = 0; i < Varint.MaxLength; i++)
        {
            byte b = ReadByte(field);
            value |= (ulong)(b & 0x7F) << (7 * i);
            if (b > 0x7F)
                continue;
            return b != 0 || i == 0
                ? (long)value
                : throw new TesseraFormatException($"The {_name}'s {field} is not in its shortest form", at);
        }

        throw new TesseraFormatException($"The {_name}'s {field} has more than 63 bits", at);
    }

    private ReadOnlySpan<byte> ReadBytes(int count, string field)
    {
        if (Remaining < count)
            throw new TesseraFormatException($"The {_name} ends before its {field}", Offset);
        ReadOnlySpan<byte> bytes = _data.Slice(Position, count);
        Position += count;
        return bytes;
    }
}
