using System.Buffers.Binary;
using System.Text;

namespace Tessera.Container.Tests;

/// <summary>
/// A second reader, made from the specification alone: it shows each field of a small file beside its bytes. It knows only what the
/// smallest file has.
/// </summary>
internal sealed class AnnotatedDump
{
    private readonly byte[] _file;
    private readonly StringBuilder _text = new();
    private int _at;
    private int _chunkStart;

    private AnnotatedDump(byte[] file) => _file = file;

    public static string Of(byte[] file)
    {
        var dump = new AnnotatedDump(file);
        dump.Field(6, bytes => "signature: D4, TSRA, line feed");
        dump.Field(2, bytes => $"version {bytes[0]}.{bytes[1]}");
        dump.Header();
        dump.Segment();
        dump.Index();
        Assert.Equal(file.Length, dump._at);
        return dump._text.ToString();
    }

    private void Header()
    {
        BeginChunk();
        Field(1, bytes => $"map of {bytes[0] & 0x0F} entries");
        Field(2, bytes => $"key {bytes[0]}, width: {bytes[1]}");
        Field(2, bytes => $"key {bytes[0]}, height: {bytes[1]}");
        Field(1, bytes => $"key {bytes[0]}, model table");
        Field(1, bytes => $"array of length {bytes[0] & 0x0F}");
        Field(1, bytes => $"array of length {bytes[0] & 0x0F}: a model");
        Field(1 + (_file[_at] & 0x1F), bytes => $"name: {Encoding.UTF8.GetString(bytes[1..])}");
        Field(1, bytes => $"version: {bytes[0]}");
        EndChunk(0, "of everything before it");
    }

    private void Segment()
    {
        BeginChunk();
        Field(1, bytes => $"flags: {bytes[0]}, all channels, the first model");
        Field(1, bytes => $"first tile: {bytes[0]}");
        Field(1, bytes => $"tile count: {bytes[0]}");
        Field(4, bytes => $"sample checksum 0x{BinaryPrimitives.ReadUInt32LittleEndian(bytes):X8}");
        Field(5, bytes => "the coded tile");
        EndChunk(_chunkStart, "from the chunk's type on");
    }

    private void Index()
    {
        int segment = _chunkStart;
        BeginChunk();
        Field(1, bytes => bytes[0] == segment - 8 ? $"gap: the segment begins at 8 + {bytes[0]} = {segment}" : "wrong");
        Field(1, bytes => $"length of the segment's payload: {bytes[0]}");
        Field(1, bytes => $"first tile: 0 + {bytes[0]}");
        Field(1, bytes => $"tile count: {bytes[0]}");
        Field(1, bytes => bytes[0] == 0 ? "channel count: 0, all" : "wrong");
        Field(4, bytes => $"length of the whole INDX chunk: {BinaryPrimitives.ReadUInt32LittleEndian(bytes)}");
        EndChunk(_chunkStart, "from the chunk's type on");
    }

    private void BeginChunk()
    {
        _chunkStart = _at;
        Field(4, bytes => $"chunk {Encoding.ASCII.GetString(bytes)}");
        Field(4, bytes => $"length of the payload: {BinaryPrimitives.ReadUInt32LittleEndian(bytes)}");
    }

    private void EndChunk(int coveredFrom, string covered)
    {
        Assert.Equal(RawFile.Crc(_file.AsSpan(coveredFrom.._at)), BinaryPrimitives.ReadUInt32LittleEndian(_file.AsSpan(_at)));
        Field(4, bytes => $"CRC-32C {covered}");
    }

    private void Field(int length, Func<byte[], string> meaning)
    {
        byte[] bytes = _file[_at..(_at + length)];
        string hex = string.Join(' ', bytes.Select(b => b.ToString("X2", null)));
        _text.Append(null, $"{_at,3}  {hex,-26}{meaning(bytes)}\n");
        _at += length;
    }
}
