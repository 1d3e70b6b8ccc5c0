using System.Buffers.Binary;
using System.Numerics;

namespace Tessera.Fuzzing.Mutations;

/// <summary>
/// Changes to Tessera files that keep what is not changed valid: lengths and CRCs are those of the changed content, so that it gets
/// past them, and the index is made anew where that is wanted.
/// </summary>
internal static class ContainerMutator
{
    private const int PreambleLength = 8;

    private static readonly byte[][] Types =
    [
        [.. "HEAD"u8], [.. "SEGM"u8], [.. "INDX"u8], [.. "fram"u8], [.. "iccp"u8], [.. "exif"u8], [.. "xmpp"u8], [.. "iptc"u8], [.. "text"u8], [.. "meta"u8],
        [.. "NEWC"u8], [.. "newa"u8], [.. "ne1a"u8],
    ];

    public static byte[] Mutate(Random random, byte[] input, byte[] other)
    {
        if (random.Next(4) == 0 || !TryParse(input, out byte[] preamble, out List<RawChunk> chunks))
            return ByteMutator.Mutate(random, input, other);
        _ = TryParse(other, out _, out List<RawChunk> others);
        int changes = 1 + (random.Next(4) == 0 ? random.Next(4) : 0);
        for (int i = 0; i < changes; i++)
        {
            if (random.Next(3) == 0)
                ChunkMutator.Rearrange(random, chunks, others, Types);
            else
                ChangePayload(random, chunks, others);
        }

        if (random.Next(8) == 0)
            preamble[random.Next(PreambleLength - 2, PreambleLength)] = (byte)random.Next(3);
        if (random.Next(2) == 0)
            RebuildIndex(chunks);
        byte[] file = Assemble(preamble, chunks);
        return random.Next(16) == 0 ? ByteMutator.Mutate(random, file, other) : file;
    }

    /// <summary>Changes the payload of a segment, an index, or a chunk in MessagePack.</summary>
    /// <param name="random">The only source of chance.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="other">Another one, for splices.</param>
    /// <param name="hasVarints">Whether its fields are varints; MessagePack otherwise.</param>
    public static byte[] ChangeFields(Random random, byte[] payload, ReadOnlySpan<byte> other, bool hasVarints)
    {
        if (payload.Length == 0 || random.Next(3) == 0)
            return ByteMutator.Mutate(random, payload, other);
        if (!hasVarints)
            return ReplaceInteger(random, payload);
        int at = random.Next(Math.Min(payload.Length, 64)), end = at;
        while (end < payload.Length - 1 && payload[end] >= 0x80)
            end++;
        return [.. payload[..at], .. Varint(random, ByteMutator.Number(random)), .. payload[(end + 1)..]];
    }

    /// <summary>Takes a file apart.</summary>
    public static bool TryParse(byte[] file, out byte[] preamble, out List<RawChunk> chunks)
    {
        chunks = [];
        preamble = [];
        if (file.Length < PreambleLength)
            return false;
        preamble = file[..PreambleLength];
        for (int at = PreambleLength; at + 12 <= file.Length;)
        {
            int length = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 4)), (uint)(file.Length - at - 12));
            chunks.Add(new(file[at..(at + 4)], file[(at + 8)..(at + 8 + length)]));
            at += length + 12;
        }

        return chunks.Count > 0;
    }

    /// <summary>Puts a file together.</summary>
    public static byte[] Assemble(byte[] preamble, List<RawChunk> chunks)
    {
        using var file = new MemoryStream();
        file.Write(preamble);
        Span<byte> number = stackalloc byte[4];
        foreach (RawChunk chunk in chunks)
        {
            uint crc = file.Length == PreambleLength ? Crc(uint.MaxValue, preamble) : uint.MaxValue;
            BinaryPrimitives.WriteUInt32LittleEndian(number, (uint)chunk.Payload.Length);
            crc = ~Crc(Crc(Crc(crc, chunk.Type), number), chunk.Payload);
            file.Write(chunk.Type);
            file.Write(number);
            file.Write(chunk.Payload);
            BinaryPrimitives.WriteUInt32LittleEndian(number, crc);
            file.Write(number);
        }

        return file.ToArray();
    }

    private static void ChangePayload(Random random, List<RawChunk> chunks, List<RawChunk> others)
    {
        int at = random.Next(chunks.Count);
        RawChunk chunk = chunks[at];
        RawChunk[] alike = [.. others.Where(o => o.Is(chunk.Type))];
        ReadOnlySpan<byte> other = alike.Length > 0 ? alike[random.Next(alike.Length)].Payload : [];
        chunks[at] = chunk with { Payload = ChangeFields(random, chunk.Payload, other, chunk.Is("SEGM"u8) || chunk.Is("INDX"u8)) };
    }

    private static byte[] ReplaceInteger(Random random, byte[] payload)
    {
        int at = random.Next(payload.Length);
        int size = payload[at] switch { 0xCC or 0xD0 => 1, 0xCD or 0xD1 => 2, 0xCE or 0xD2 => 4, 0xCF or 0xD3 => 8, _ => 0 };
        return [.. payload[..at], .. MessagePackUInt(ByteMutator.Number(random)), .. payload[Math.Min(at + 1 + size, payload.Length)..]];
    }

    private static byte[] MessagePackUInt(long value)
    {
        Span<byte> bytes = stackalloc byte[9];
        int size = (ulong)value switch { < 0x80 => 0, <= byte.MaxValue => 1, <= ushort.MaxValue => 2, <= uint.MaxValue => 4, _ => 8 };
        if (size == 0)
            return [(byte)value];
        bytes[0] = (byte)(0xCC + BitOperations.Log2((uint)size));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[1..], (ulong)value << (64 - (8 * size)));
        return bytes[..(1 + size)].ToArray();
    }

    // Now and then longer than it need be.
    private static byte[] Varint(Random random, long value)
    {
        var bytes = new List<byte>();
        for (ulong rest = (ulong)value & long.MaxValue; ; rest >>= 7)
        {
            bytes.Add((byte)(rest & 0x7F | (rest > 0x7F ? 0x80u : 0)));
            if (rest <= 0x7F)
                break;
        }

        if (random.Next(16) == 0)
        {
            bytes[^1] |= 0x80;
            bytes.Add(0);
        }

        return [.. bytes];
    }

    private static void RebuildIndex(List<RawChunk> chunks)
    {
        int at = chunks.FindLastIndex(c => c.Is("INDX"u8));
        if (at < 0)
            return;
        var payload = new List<byte>();
        long end = PreambleLength, offset = PreambleLength, lastTile = 0;
        foreach (RawChunk chunk in chunks[..at])
        {
            if (chunk.Is("SEGM"u8))
            {
                int position = 1;
                long firstTile = Read(ref position), tiles = Read(ref position), firstChannel = 0, channels = 0;
                if (chunk.Payload.Length > 0 && (chunk.Payload[0] & 1) != 0)
                    (firstChannel, channels) = (Read(ref position), Read(ref position));
                foreach (long field in (long[])[offset - end, chunk.Payload.Length, firstTile - lastTile, tiles, channels])
                    AddVarint(payload, field);
                if (channels != 0)
                    AddVarint(payload, firstChannel);
                (lastTile, end) = (firstTile, offset + chunk.Payload.Length + 12);
            }

            offset += chunk.Payload.Length + 12;

            long Read(ref int position)
            {
                ulong value = 0;
                for (int shift = 0; position < chunk.Payload.Length && shift < 63; shift += 7)
                {
                    byte b = chunk.Payload[position++];
                    value |= (ulong)(b & 0x7F) << shift;
                    if (b < 0x80)
                        break;
                }

                return (long)value;
            }
        }

        payload.AddRange(BitConverter.GetBytes(payload.Count + 4 + 12));
        chunks[at] = chunks[at] with { Payload = [.. payload] };
    }

    private static void AddVarint(List<byte> bytes, long value)
    {
        ulong rest = (ulong)value & long.MaxValue;
        for (; rest > 0x7F; rest >>= 7)
            bytes.Add((byte)(rest | 0x80));
        bytes.Add((byte)rest);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return crc;
    }
}
