using System.Buffers;
using System.IO.Pipelines;

namespace Tessera.Container.Tests;

/// <summary>Writes and reads whole files in memory, and makes small ones.</summary>
internal static class Files
{
    public static readonly ContainerHeader SmallHeader = new() { Width = 3, Height = 2, Models = [new("classic", 1)] };

    /// <summary>Three by two pixels in one segment.</summary>
    public static byte[] Small { get; } = Write(SmallHeader, new SegmentChunk(Segment(0, 1), [1, 2, 3, 4, 5]));

    public static SegmentHeader Segment(
        long firstTile,
        int tileCount,
        int firstChannel = 0,
        int channelCount = 3,
        uint checksum = 0x12345678) => new()
    {
        FirstTile = firstTile,
        TileCount = tileCount,
        FirstChannel = firstChannel,
        ChannelCount = channelCount,
        Runs = [new(0, tileCount)],
        SampleChecksum = checksum,
    };

    public static byte[] Write(ContainerHeader header, params IEnumerable<Chunk> chunks)
    {
        var stream = new MemoryStream();
        PipeWriter pipe = PipeWriter.Create(stream);
        var writer = new ContainerWriter(pipe);
        Run(writer.WriteHeaderAsync(header));
        foreach (Chunk chunk in chunks)
        {
            Run(chunk is SegmentChunk segment
                ? writer.WriteSegmentAsync(segment.Header, segment.Payload)
                : writer.WriteAncillaryAsync(((AncillaryChunk)chunk).Type, chunk.Payload));
        }

        Run(writer.CompleteAsync());
        Assert.Equal(stream.Length, writer.BytesWritten);
        Run(pipe.CompleteAsync());
        return stream.ToArray();
    }

    /// <summary>Reads all items of a file through the pipe reader.</summary>
    public static List<ContainerItem> Read(byte[] file, ContainerLimits? limits = null, RecoveryMode recovery = RecoveryMode.None)
    {
        var reader = new ContainerReader(PipeReader.Create(new ReadOnlySequence<byte>(file)), limits, recovery);
        var items = new List<ContainerItem>();
        Run(reader.ReadHeaderAsync());
        while (Run(reader.ReadNextAsync()) is { } item)
            items.Add(item);
        return items;
    }

    /// <summary>Reads all items of a file that comes in pieces.</summary>
    /// <param name="file">The file.</param>
    /// <param name="pieceLength">How long the next piece is, at least 1.</param>
    /// <param name="limits">What to refuse.</param>
    /// <param name="recovery">What to do about damage.</param>
    public static List<ContainerItem> Push(
        byte[] file,
        Func<int> pieceLength,
        ContainerLimits? limits = null,
        RecoveryMode recovery = RecoveryMode.None)
    {
        var parser = new ContainerParser(limits, recovery);
        var items = new List<ContainerItem>();
        int start = 0, end = 0;
        do
        {
            end = Math.Min(end + pieceLength(), file.Length);
            bool found;
            do
            {
                ReadOnlySequence<byte> buffer = Segmented(file.AsMemory(start..end), pieceLength);
                found = parser.TryRead(buffer, end == file.Length, out SequencePosition consumed, out ContainerItem? item);
                start += (int)buffer.Slice(0, consumed).Length;
                if (found)
                    items.Add(item!);
            }
            while (found);
        }
        while (end < file.Length);

        return items;
    }

    public static T Run<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();

    public static void Run(ValueTask task) => task.AsTask().GetAwaiter().GetResult();

    private static ReadOnlySequence<byte> Segmented(ReadOnlyMemory<byte> bytes, Func<int> pieceLength)
    {
        var first = new Piece(ReadOnlyMemory<byte>.Empty, 0);
        Piece last = first;
        while (!bytes.IsEmpty)
        {
            int length = Math.Min(pieceLength(), bytes.Length);
            last = last.Append(bytes[..length]);
            bytes = bytes[length..];
        }

        return new(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long runningIndex) => (Memory, RunningIndex) = (memory, runningIndex);

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}

/// <summary>What a test wants written.</summary>
internal abstract record Chunk(byte[] Payload);

internal sealed record SegmentChunk(SegmentHeader Header, byte[] Payload) : Chunk(Payload);

internal sealed record AncillaryChunk(ChunkType Type, byte[] Payload) : Chunk(Payload);
