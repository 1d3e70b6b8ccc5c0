using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Tessera.Exact;

/// <summary>A tensor of a weights file.</summary>
public sealed class Tensor
{
    private readonly ReadOnlyMemory<byte> _bytes;

    internal Tensor(string name, TensorType type, ImmutableArray<int> shape, ReadOnlyMemory<byte> bytes)
    {
        Name = name;
        Type = type;
        Shape = shape;
        _bytes = bytes;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The type of its elements.</summary>
    public TensorType Type { get; }

    /// <summary>Its extents, the slowest first.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>Its elements.</summary>
    /// <returns>The elements, the last index fastest.</returns>
    public int[] ToInt32()
    {
        ReadOnlySpan<byte> bytes = _bytes.Span;
        int size = TensorFile.SizeOf(Type);
        var elements = new int[bytes.Length / size];
        for (int i = 0; i < elements.Length; i++)
        {
            ReadOnlySpan<byte> at = bytes[(i * size)..];
            elements[i] = Type switch
            {
                TensorType.U8 => at[0],
                TensorType.I8 => (sbyte)at[0],
                TensorType.I16 => BinaryPrimitives.ReadInt16LittleEndian(at),
                _ => BinaryPrimitives.ReadInt32LittleEndian(at),
            };
        }

        return elements;
    }
}

/// <summary>
/// A file of integer tensors in the safetensors format (<see href="https://huggingface.co/docs/safetensors"/>): the length of a JSON header
/// in 8 bytes, the header, the tensors' bytes without gaps, little-endian.
/// </summary>
public sealed class TensorFile
{
    private const int LengthBytes = 8;
    private const int MaxHeaderBytes = 16 << 20;
    private const int MaxDimensions = 8;
    private const string MetadataKey = "__metadata__";

    private static readonly FrozenDictionary<string, TensorType> Types = new Dictionary<string, TensorType>
    {
        ["U8"] = TensorType.U8,
        ["I8"] = TensorType.I8,
        ["I16"] = TensorType.I16,
        ["I32"] = TensorType.I32,
    }.ToFrozenDictionary();

    private TensorFile(ImmutableSortedDictionary<string, Tensor> tensors, ImmutableSortedDictionary<string, string> metadata, ImmutableArray<byte> hash)
    {
        Tensors = tensors;
        Metadata = metadata;
        Hash = hash;
    }

    /// <summary>The tensors by name.</summary>
    public ImmutableSortedDictionary<string, Tensor> Tensors { get; }

    /// <summary>The file's metadata.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; }

    /// <summary>The SHA-256 of the file, 32 bytes: a part of the model's identity.</summary>
    public ImmutableArray<byte> Hash { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="stream">The file, at its start; it is read to its end and stays open.</param>
    /// <returns>The file.</returns>
    /// <exception cref="WeightsException">It is not valid, or has tensors of other types.</exception>
    public static TensorFile Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return Read(memory.ToArray());
    }

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">The whole file, which is kept and must not change.</param>
    /// <returns>The file.</returns>
    /// <exception cref="WeightsException">It is not valid, or has tensors of other types.</exception>
    public static TensorFile Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < LengthBytes)
            throw new WeightsException($"A safetensors file begins with {LengthBytes} bytes of length; this one has {bytes.Length} bytes in all.");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span);
        if (length > MaxHeaderBytes || (int)length > bytes.Length - LengthBytes)
            throw new WeightsException($"The header of a safetensors file is said to have {length} bytes; the file has {bytes.Length}, and {MaxHeaderBytes} are allowed.");

        ReadOnlyMemory<byte> data = bytes[(LengthBytes + (int)length)..];
        var tensors = ImmutableSortedDictionary.CreateBuilder<string, Tensor>(StringComparer.Ordinal);
        var metadata = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var extents = new List<(long Begin, long End, string Name)>();
        try
        {
            using JsonDocument header = JsonDocument.Parse(bytes.Slice(LengthBytes, (int)length), new() { AllowDuplicateProperties = false });
            foreach (JsonProperty property in header.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataKey)
                {
                    foreach (JsonProperty entry in property.Value.EnumerateObject())
                        metadata.Add(entry.Name, entry.Value.GetString() ?? throw new WeightsException($"The metadata '{entry.Name}' is not a text."));
                    continue;
                }

                (Tensor tensor, long begin, long end) = ReadTensor(property, data);
                tensors.Add(property.Name, tensor);
                extents.Add((begin, end, property.Name));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new WeightsException($"The header of a safetensors file is not valid: {e.Message}", e);
        }

        extents.Sort();
        long next = 0;
        foreach ((long begin, long end, string name) in extents)
        {
            if (begin != next)
                throw new WeightsException($"The tensor '{name}' begins at byte {begin} of the data, and the one before it ends at {next}.");
            next = end;
        }

        if (next != data.Length)
            throw new WeightsException($"The tensors have {next} bytes, and the file has {data.Length} for them.");
        return new(tensors.ToImmutable(), metadata.ToImmutable(), ImmutableCollectionsMarshal.AsImmutableArray(SHA256.HashData(bytes.Span)));
    }

    /// <summary>Bytes of an element.</summary>
    internal static int SizeOf(TensorType type) => type switch { TensorType.I32 => 4, TensorType.I16 => 2, _ => 1 };

    private static (Tensor Tensor, long Begin, long End) ReadTensor(JsonProperty property, ReadOnlyMemory<byte> data)
    {
        string name = property.Name;
        string? typeName = property.Value.GetProperty("dtype").GetString();
        if (typeName is null || !Types.TryGetValue(typeName, out TensorType type))
            throw new WeightsException($"The tensor '{name}' has elements of type {typeName}; graphs use {string.Join(", ", Types.Keys.Order())}.");
        JsonElement shapeElement = property.Value.GetProperty("shape");
        if (shapeElement.GetArrayLength() > MaxDimensions)
            throw new WeightsException($"The tensor '{name}' has {shapeElement.GetArrayLength()} dimensions; {MaxDimensions} are allowed.");
        var shape = shapeElement.EnumerateArray().Select(extent => extent.GetInt32()).ToImmutableArray();
        if (shape.Any(extent => extent < 0))
            throw new WeightsException($"The tensor '{name}' has a negative extent.");
        JsonElement offsets = property.Value.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2)
            throw new WeightsException($"The tensor '{name}' has {offsets.GetArrayLength()} offsets rather than 2.");
        long begin = offsets[0].GetInt64(), end = offsets[1].GetInt64();
        if (begin < 0 || end < begin || end > data.Length)
            throw new WeightsException($"The tensor '{name}' is said to lie at bytes {begin} to {end} of {data.Length}.");
        Int128 size = shape.Aggregate((Int128)SizeOf(type), (product, extent) => Int128.Min(product * extent, long.MaxValue));
        if (size != end - begin)
            throw new WeightsException($"The tensor '{name}' of shape [{string.Join(", ", shape)}] takes {size} bytes, and has {end - begin}.");
        return (new(name, type, shape, data[(int)begin..(int)end]), begin, end);
    }
}
