using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Tessera.Container.Canonical;

/// <summary>Writes the subset of MessagePack that <see cref="CanonicalReader"/> reads: each value in its shortest form.</summary>
internal readonly ref struct CanonicalWriter
{
    // Throws on lone surrogates, which have no UTF-8: replacing them would change a text silently.
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly IBufferWriter<byte> _output;

    public CanonicalWriter(IBufferWriter<byte> output) => _output = output;

    public void WriteUInt(ulong value)
    {
        switch (value)
        {
            case < 0x80: WriteByte((byte)value); break;
            case <= byte.MaxValue: WriteHead(0xCC, 1, value); break;
            case <= ushort.MaxValue: WriteHead(0xCD, 2, value); break;
            case <= uint.MaxValue: WriteHead(0xCE, 4, value); break;
            default: WriteHead(0xCF, 8, value); break;
        }
    }

    public void WriteMapHead(int count) => WriteCount(count, 0x80, 15, 0xDE);

    public void WriteArrayHead(int count) => WriteCount(count, 0x90, 15, 0xDC);

    public void WriteString(string value)
    {
        int length = StrictUtf8.GetByteCount(value);
        if (length < 32)
            WriteByte((byte)(0xA0 | length));
        else
            WriteLength(0xD9, length);
        _output.Advance(StrictUtf8.GetBytes(value, _output.GetSpan(length + 1)));
    }

    public void WriteBinary(ReadOnlySpan<byte> value)
    {
        WriteLength(0xC4, value.Length);
        _output.Write(value);
    }

    private void WriteLength(byte code8, int length)
    {
        if (length <= byte.MaxValue)
            WriteHead(code8, 1, (uint)length);
        else if (length <= ushort.MaxValue)
            WriteHead((byte)(code8 + 1), 2, (uint)length);
        else
            WriteHead((byte)(code8 + 2), 4, (uint)length);
    }

    private void WriteCount(int count, byte fixCode, int fixMax, byte code16)
    {
        if (count <= fixMax)
            WriteByte((byte)(fixCode | count));
        else if (count <= ushort.MaxValue)
            WriteHead(code16, 2, (uint)count);
        else
            WriteHead((byte)(code16 + 1), 4, (uint)count);
    }

    private void WriteHead(byte code, int size, ulong argument)
    {
        Span<byte> span = _output.GetSpan(9);
        span[0] = code;
        BinaryPrimitives.WriteUInt64BigEndian(span[1..], argument << (64 - (8 * size)));
        _output.Advance(1 + size);
    }

    private void WriteByte(byte value)
    {
        _output.GetSpan(1)[0] = value;
        _output.Advance(1);
    }
}
