using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace Tessera.Exact.Tests.Support;

/// <summary>Writes safetensors files.</summary>
internal sealed class TensorFileWriter
{
    private readonly JsonObject _header = [];
    private readonly List<byte> _data = [];

    public TensorFileWriter Add(string name, TensorType type, int[] shape, IEnumerable<int> elements)
    {
        int begin = _data.Count;
        Span<byte> bytes = stackalloc byte[4];
        foreach (int element in elements)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, element);
            _data.AddRange(bytes[..Size(type)]);
        }

        _header.Add(name, new JsonObject
        {
            ["dtype"] = type.ToString(),
            ["shape"] = new JsonArray([.. shape.Select(extent => (JsonNode)extent)]),
            ["data_offsets"] = new JsonArray(begin, _data.Count),
        });
        return this;
    }

    public TensorFileWriter Metadata(string key, string value)
    {
        if (_header["__metadata__"] is not JsonObject metadata)
            _header.Add("__metadata__", metadata = []);
        metadata.Add(key, value);
        return this;
    }

    public byte[] ToArray() => Assemble(_header.ToJsonString(), [.. _data]);

    public static byte[] Assemble(string header, byte[] data)
    {
        byte[] json = System.Text.Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return [.. length, .. json, .. data];
    }

    private static int Size(TensorType type) => type switch { TensorType.I32 => 4, TensorType.I16 => 2, _ => 1 };
}
