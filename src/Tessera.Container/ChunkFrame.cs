using System.Buffers;
using System.Buffers.Binary;

namespace Tessera.Container;

/// <summary>How far a chunk could be read.</summary>
internal enum ChunkStatus
{
    /// <summary>More bytes are needed, and may come.</summary>
    Incomplete,

    /// <summary>All of it is there and its CRC is right.</summary>
    Whole,

    /// <summary>It is wrong, or the file ends before its end.</summary>
    Broken,
}

/// <summary>What chunks are made of: type, length, payload, CRC. Nothing of what the payload means.</summary>
/// <param name="Status">How far it could be read; the rest is defined from the point that was reached.</param>
/// <param name="Type">The type.</param>
/// <param name="PayloadLength">Bytes of the payload, within the limits; -1 if not known.</param>
/// <param name="Fault">What is wrong.</param>
/// <param name="FaultPosition">Where, from the start of the chunk.</param>
internal readonly record struct ChunkFrame(
    ChunkStatus Status,
    ChunkType Type = default,
    int PayloadLength = -1,
    string? Fault = null,
    long FaultPosition = 0)
{
    /// <summary>Bytes of the whole chunk.</summary>
    public long Length => (long)PayloadLength + ContainerFormat.ChunkOverhead;

    public ReadOnlySequence<byte> Payload(in ReadOnlySequence<byte> bytes) => bytes.Slice(ContainerFormat.ChunkHeadLength, PayloadLength);

    /// <summary>Reads the chunk that some bytes begin with.</summary>
    /// <param name="bytes">What is there of the file from the chunk on.</param>
    /// <param name="isFinal">Whether the file has no more.</param>
    /// <param name="limits">How long chunks may be.</param>
    /// <param name="crc">The CRC of what comes before and is covered as well.</param>
    public static ChunkFrame Read(in ReadOnlySequence<byte> bytes, bool isFinal, ContainerLimits limits, uint crc = 0)
    {
        ChunkFrame head = ReadHead(bytes, isFinal, limits);
        if (head.Status != ChunkStatus.Whole)
            return head;
        if (bytes.Length < head.Length)
        {
            return isFinal
                ? head with
                {
                    Status = ChunkStatus.Broken,
                    Fault = $"The file ends within a chunk of type {head.Type}: {bytes.Length} of {head.Length} bytes are there",
                    FaultPosition = bytes.Length,
                }
                : head with { Status = ChunkStatus.Incomplete };
        }

        long covered = head.Length - sizeof(uint);
        Span<byte> stored = stackalloc byte[sizeof(uint)];
        bytes.Slice(covered, sizeof(uint)).CopyTo(stored);
        return Crc32C.Append(crc, bytes.Slice(0, covered)) == BinaryPrimitives.ReadUInt32LittleEndian(stored)
            ? head
            : head with
            {
                Status = ChunkStatus.Broken,
                Fault = $"The CRC of a chunk of type {head.Type} is wrong: the chunk is damaged",
                FaultPosition = covered,
            };
    }

    /// <summary>Reads type and length: status Whole says that these two are there and plausible.</summary>
    /// <param name="bytes">What is there of the file from the chunk on.</param>
    /// <param name="isFinal">Whether the file has no more.</param>
    /// <param name="limits">How long chunks may be.</param>
    public static ChunkFrame ReadHead(in ReadOnlySequence<byte> bytes, bool isFinal, ContainerLimits limits)
    {
        if (bytes.Length < ContainerFormat.ChunkHeadLength)
        {
            return isFinal
                ? new(ChunkStatus.Broken, Fault: "The file ends within the head of a chunk", FaultPosition: bytes.Length)
                : new(ChunkStatus.Incomplete);
        }

        Span<byte> head = stackalloc byte[ContainerFormat.ChunkHeadLength];
        bytes.Slice(0, head.Length).CopyTo(head);
        return ReadHead(head, limits);
    }

    public static ChunkFrame ReadHead(ReadOnlySpan<byte> head, ContainerLimits limits)
    {
        ChunkType type = ChunkType.Read(head);
        if (!type.IsValid)
            return new(ChunkStatus.Broken, type, Fault: $"A chunk's type is {type}, not four letters");
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(head[sizeof(uint)..]);
        int limit = limits.MaxPayload(type);
        return length <= (uint)limit
            ? new(ChunkStatus.Whole, type, (int)length)
            : new(
                ChunkStatus.Broken,
                type,
                Fault: $"A chunk of type {type} has {length} bytes; the limit is {limit}",
                FaultPosition: sizeof(uint));
    }
}
