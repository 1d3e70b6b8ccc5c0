using System.Buffers.Binary;
using System.IO.Compression;

namespace Tessera.Fuzzing.Mutations;

/// <summary>Changes to PNG files with right lengths and CRCs; image data and compressed texts are also changed before they are compressed.</summary>
internal static class PngMutator
{
    private const int SignatureLength = 8;
    private const int LargestInflated = 1 << 14;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(TableEntry)];

    private static readonly byte[][] Types =
    [
        [.. "IHDR"u8], [.. "PLTE"u8], [.. "IDAT"u8], [.. "IEND"u8], [.. "tRNS"u8], [.. "gAMA"u8], [.. "iCCP"u8], [.. "tEXt"u8], [.. "zTXt"u8], [.. "iTXt"u8],
        [.. "eXIf"u8], [.. "sBIT"u8], [.. "bKGD"u8], [.. "pHYs"u8], [.. "acTL"u8], [.. "NEWc"u8], [.. "prVt"u8], [.. "hIST"u8], [.. "tIME"u8],
    ];

    public static byte[] Mutate(Random random, byte[] input, byte[] other)
    {
        if (random.Next(5) == 0 || !TryParse(input, out byte[] signature, out List<RawChunk> chunks))
            return ByteMutator.Mutate(random, input, other);
        _ = TryParse(other, out _, out List<RawChunk> others);
        if (random.Next(3) == 0)
            ChunkMutator.Rearrange(random, chunks, others, Types);
        else
            ChangePayload(random, chunks, other);
        return Assemble(signature, chunks);
    }

    private static void ChangePayload(Random random, List<RawChunk> chunks, byte[] other)
    {
        int at = random.Next(chunks.Count);
        RawChunk chunk = chunks[at];
        byte[] payload = chunk.Payload;
        int compressedFrom = chunk.Is("IDAT"u8) ? 0 : chunk.Is("zTXt"u8) || chunk.Is("iCCP"u8) ? payload.AsSpan().IndexOf((byte)0) + 2 : -1;
        if (chunk.Is("IHDR"u8) && payload.Length == 13 && random.Next(3) > 0)
        {
            payload = [.. payload];
            if (random.Next(2) == 0)
                BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(4 * random.Next(2)), random.Next(2) == 0 ? (int)ByteMutator.Number(random) : random.Next(40));
            else
                payload[random.Next(8, 13)] = (byte)random.Next(random.Next(2) == 0 ? 17 : 256);
        }
        else if (compressedFrom >= 0 && compressedFrom <= payload.Length && random.Next(2) == 0)
        {
            byte[] content = ByteMutator.Mutate(random, Inflate(payload.AsSpan(compressedFrom)), [], LargestInflated);
            payload = [.. payload[..compressedFrom], .. Deflate(content)];
        }
        else
        {
            payload = ByteMutator.Mutate(random, payload, other);
        }

        chunks[at] = chunk with { Payload = payload };
    }

    private static byte[] Inflate(ReadOnlySpan<byte> compressed)
    {
        var content = new byte[LargestInflated];
        int length = 0;
        try
        {
            using var inflater = new ZLibStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
            length = inflater.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // What an earlier mutation broke, or what asks for a dictionary.
        }

        return content[..length];
    }

    private static byte[] Deflate(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var deflater = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            deflater.Write(content);
        return compressed.ToArray();
    }

    private static bool TryParse(byte[] file, out byte[] signature, out List<RawChunk> chunks)
    {
        chunks = [];
        signature = [];
        if (file.Length < SignatureLength)
            return false;
        signature = file[..SignatureLength];
        for (int at = SignatureLength; at + 12 <= file.Length;)
        {
            int length = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at)), (uint)(file.Length - at - 12));
            chunks.Add(new(file[(at + 4)..(at + 8)], file[(at + 8)..(at + 8 + length)]));
            at += length + 12;
        }

        return chunks.Count > 0;
    }

    private static byte[] Assemble(byte[] signature, List<RawChunk> chunks)
    {
        using var file = new MemoryStream();
        file.Write(signature);
        Span<byte> number = stackalloc byte[4];
        foreach (RawChunk chunk in chunks)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, chunk.Payload.Length);
            file.Write(number);
            file.Write(chunk.Type);
            file.Write(chunk.Payload);
            BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, chunk.Type), chunk.Payload));
            file.Write(number);
        }

        return file.ToArray();
    }

    private static uint Crc(uint crc, byte[] bytes)
    {
        foreach (byte b in bytes)
            crc = Table[(crc ^ b) & 0xFF] ^ (crc >> 8);
        return crc;
    }

    private static uint TableEntry(int index)
    {
        uint entry = (uint)index;
        for (int bit = 0; bit < 8; bit++)
            entry = (entry >> 1) ^ ((entry & 1) != 0 ? 0xEDB88320 : 0);
        return entry;
    }
}
