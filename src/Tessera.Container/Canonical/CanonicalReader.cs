using System.Text;
using System.Text.Unicode;

namespace Tessera.Container.Canonical;

/// <summary>
/// Reads the canonical subset of MessagePack: integers, booleans, nil, UTF-8 strings, binary, arrays and maps, each in its shortest
/// form. Anything else is an error that says at which byte of the file.
/// </summary>
internal ref struct CanonicalReader
{
    /// <summary>How deep the values of unknown keys may nest.</summary>
    public const int MaxDepth = 8;

    private readonly ReadOnlySpan<byte> _data;
    private readonly long _start;
    private int _position;

    /// <param name="data">The bytes of one value.</param>
    /// <param name="start">Their offset in the file.</param>
    public CanonicalReader(ReadOnlySpan<byte> data, long start)
    {
        _data = data;
        _start = start;
    }

    private enum Kind
    {
        UInt,
        Negative,
        Nil,
        Boolean,
        String,
        Binary,
        Array,
        Map,
    }

    /// <summary>The offset in the file of the next byte.</summary>
    public readonly long Offset => _start + _position;

    public ulong ReadUInt(string what, ulong max = ulong.MaxValue)
    {
        long at = Offset;
        ulong value = Read(Kind.UInt, what);
        return value <= max ? value : throw new TesseraFormatException($"The {what} is {value}; it may be at most {max}", at);
    }

    public int ReadInt32(string what) => (int)ReadUInt(what, int.MaxValue);

    /// <summary>A value that may not be its default: that is left out.</summary>
    public uint ReadNonDefault(string what, uint standard, uint max = int.MaxValue)
    {
        long at = Offset;
        uint value = (uint)ReadUInt(what, max);
        return value != standard
            ? value
            : throw new TesseraFormatException($"The {what} is the default, {standard}, which must be left out", at);
    }

    /// <summary>Entries of a map, never more than the bytes that are left could hold.</summary>
    public int ReadMapHead(string what) => ReadCount(Kind.Map, 2, what);

    /// <summary>Elements of an array, never more than the bytes that are left could hold.</summary>
    public int ReadArrayHead(string what) => ReadCount(Kind.Array, 1, what);

    public string ReadString(string what)
    {
        long at = Offset;
        ReadOnlySpan<byte> bytes = ReadBytes(Read(Kind.String, what), what);
        return Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : throw new TesseraFormatException($"The {what} is not valid UTF-8", at);
    }

    public ReadOnlySpan<byte> ReadBinary(string what) => ReadBytes(Read(Kind.Binary, what), what);

    /// <summary>Reads over one value of any kind, as strictly as if it were needed.</summary>
    public void Skip(string what, int depth = 0)
    {
        long at = Offset;
        if (depth > MaxDepth)
            throw new TesseraFormatException($"The {what} nests more than {MaxDepth} deep", at);
        (Kind kind, ulong argument) = ReadToken(what);
        switch (kind)
        {
            case Kind.String when !Utf8.IsValid(ReadBytes(argument, what)):
                throw new TesseraFormatException($"The {what} is not valid UTF-8", at);
            case Kind.Binary:
                ReadBytes(argument, what);
                break;
            case Kind.Array:
                for (int i = CheckCount(argument, 1, what, at); i > 0; i--)
                    Skip(what, depth + 1);
                break;
            case Kind.Map:
                for (int i = 2 * CheckCount(argument, 2, what, at); i > 0; i--)
                    Skip(what, depth + 1);
                break;
        }
    }

    /// <summary>Checks that nothing follows.</summary>
    public readonly void End(string what)
    {
        if (_position != _data.Length)
            throw new TesseraFormatException($"{_data.Length - _position} bytes too many follow the {what}", Offset);
    }

    private int ReadCount(Kind kind, int minBytes, string what)
    {
        long at = Offset;
        return CheckCount(Read(kind, what), minBytes, what, at);
    }

    private readonly int CheckCount(ulong count, int minBytes, string what, long at) =>
        count <= (ulong)((_data.Length - _position) / minBytes)
            ? (int)count
            : throw new TesseraFormatException($"The {what} has {count} entries, more than its bytes can hold", at);

    private ulong Read(Kind kind, string what)
    {
        long at = Offset;
        (Kind found, ulong argument) = ReadToken(what);
        return found == kind ? argument : throw new TesseraFormatException($"The {what} is of kind {found}, not {kind}", at);
    }

    private (Kind Kind, ulong Argument) ReadToken(string what)
    {
        byte code = ReadBytes(1, what)[0];
        return code switch
        {
            <= 0x7F => (Kind.UInt, code),
            <= 0x8F => (Kind.Map, code & 0x0Fu),
            <= 0x9F => (Kind.Array, code & 0x0Fu),
            <= 0xBF => (Kind.String, code & 0x1Fu),
            0xC0 => (Kind.Nil, 0),
            0xC2 or 0xC3 => (Kind.Boolean, code & 1u),
            0xC4 => (Kind.Binary, ReadArgument(1, 0, what)),
            0xC5 => (Kind.Binary, ReadArgument(2, 0x100, what)),
            0xC6 => (Kind.Binary, ReadArgument(4, 0x1_0000, what)),
            0xCC => (Kind.UInt, ReadArgument(1, 0x80, what)),
            0xCD => (Kind.UInt, ReadArgument(2, 0x100, what)),
            0xCE => (Kind.UInt, ReadArgument(4, 0x1_0000, what)),
            0xCF => (Kind.UInt, ReadArgument(8, 0x1_0000_0000, what)),
            0xD0 => (Kind.Negative, ReadNegative(1, -0x20, what)),
            0xD1 => (Kind.Negative, ReadNegative(2, -0x80, what)),
            0xD2 => (Kind.Negative, ReadNegative(4, -0x8000, what)),
            0xD3 => (Kind.Negative, ReadNegative(8, -0x8000_0000L, what)),
            0xD9 => (Kind.String, ReadArgument(1, 0x20, what)),
            0xDA => (Kind.String, ReadArgument(2, 0x100, what)),
            0xDB => (Kind.String, ReadArgument(4, 0x1_0000, what)),
            0xDC => (Kind.Array, ReadArgument(2, 0x10, what)),
            0xDD => (Kind.Array, ReadArgument(4, 0x1_0000, what)),
            0xDE => (Kind.Map, ReadArgument(2, 0x10, what)),
            0xDF => (Kind.Map, ReadArgument(4, 0x1_0000, what)),
            >= 0xE0 => (Kind.Negative, code),
            _ => throw new TesseraFormatException(
                $"The {what} begins with 0x{code:X2}, which the container's MessagePack does not use", Offset - 1),
        };
    }

    /// <summary>Reads a big-endian number that a shorter form could not hold, for it is at least <paramref name="least"/>.</summary>
    private ulong ReadArgument(int size, ulong least, string what)
    {
        ulong value = 0;
        foreach (byte b in ReadBytes((ulong)size, what))
            value = (value << 8) | b;
        return value >= least ? value : throw NotShortest(size, what);
    }

    private ulong ReadNegative(int size, long below, string what)
    {
        int unused = 64 - (8 * size);
        long value = (long)(ReadArgument(size, 0, what) << unused) >> unused;
        return value < below ? (ulong)value : throw NotShortest(size, what);
    }

    private readonly TesseraFormatException NotShortest(int size, string what) =>
        new($"The {what} is not in its shortest form", Offset - size - 1);

    private ReadOnlySpan<byte> ReadBytes(ulong count, string what)
    {
        if (count > (ulong)(_data.Length - _position))
            throw new TesseraFormatException($"The payload ends within the {what}", _start + _data.Length);
        ReadOnlySpan<byte> bytes = _data.Slice(_position, (int)count);
        _position += (int)count;
        return bytes;
    }
}
