using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Container.Tests;

/// <summary>Makes arbitrary valid files.</summary>
internal static class Generate
{
    public static Gen<ContainerHeader> Headers { get; } =
        from width in Gen.OneOf(Gen.Choose(1, 300), Gen.Choose(1, int.MaxValue))
        from height in Gen.OneOf(Gen.Choose(1, 300), Gen.Choose(1, int.MaxValue))
        from channels in Gen.Choose(1, 4)
        from depth in Gen.Choose(1, 16)
        from alpha in Gen.Choose(0, channels == 1 ? 0 : 2)
        from tile in Gen.OneOf(Gen.Constant(256), Gen.Choose(8192, 16384))
        from band in Gen.Choose(1, 4)
        from frames in Gen.OneOf(Gen.Constant(1), Gen.Choose(1, 1_000_000_000))
        from white in Gen.OneOf(Gen.Constant((1 << depth) - 1), Gen.Choose(1, (1 << depth) - 1))
        from models in Gen.Choose(1, 20)
        from seed in Gen.Choose(0, int.MaxValue)
        let header = new ContainerHeader
        {
            Width = width,
            Height = height,
            Channels = channels,
            BitDepth = depth,
            AlphaKind = alpha,
            TileSize = tile,
            BandRows = band,
            FrameCount = frames,
            WhiteLevel = white,
            Models = [.. Models(models, new Random(seed))],
        }
        where header.FindFault() is null
        select header;

    /// <summary>Small files with several frames, bands, groups of channels, runs and metadata.</summary>
    public static Gen<GeneratedFile> Files { get; } =
        from seed in Gen.Choose(0, int.MaxValue)
        select File(new Random(seed));

    public static GeneratedFile File(Random random)
    {
        int channels = random.Next(1, 5);
        var header = new ContainerHeader
        {
            Width = random.Next(1, 70),
            Height = random.Next(1, 70),
            Channels = channels,
            BitDepth = random.Next(1, 17),
            TileSize = random.Next(8, 40),
            BandRows = random.Next(1, 4),
            FrameCount = random.Next(1, 4),
            Models = [.. Models(random.Next(1, 4), random)],
        };
        var chunks = new List<Chunk>();
        AddMetadata(chunks, random);
        int columns = (header.Width + header.TileSize - 1) / header.TileSize;
        int rows = (header.Height + header.TileSize - 1) / header.TileSize;
        for (int frame = 0; frame < header.FrameCount; frame++)
        {
            if (random.Next(2) == 0)
            {
                var content = new FrameContent(frame, (uint)random.Next(3), 1 + (uint)random.Next(200));
                chunks.Add(new AncillaryChunk(ChunkType.Frame, content.ToPayload()));
                AddMetadata(chunks, random);
            }

            for (int row = 0; row < rows; row += header.BandRows)
            {
                int bandTiles = Math.Min(header.BandRows, rows - row) * columns;
                AddBand(chunks, ((long)frame * rows * columns) + ((long)row * columns), bandTiles, header, random);
            }
        }

        AddMetadata(chunks, random);
        return new(header, chunks);
    }

    private static void AddBand(List<Chunk> chunks, long firstTile, int tiles, ContainerHeader header, Random random)
    {
        var segments = new List<SegmentHeader>();
        for (int channel = 0; channel < header.Channels;)
        {
            int group = random.Next(1, header.Channels - channel + 1);
            for (int tile = 0; tile < tiles;)
            {
                int count = random.Next(1, tiles - tile + 1);
                segments.Add(new()
                {
                    FirstTile = firstTile + tile,
                    TileCount = count,
                    FirstChannel = channel,
                    ChannelCount = group,
                    Runs = [.. Runs(count, header.Models.Length, random)],
                    SampleChecksum = (uint)random.NextInt64(1L << 32),
                });
                tile += count;
            }

            channel += group;
        }

        foreach (SegmentHeader segment in segments.OrderBy(s => s.FirstTile).ThenBy(s => s.FirstChannel))
        {
            if (random.Next(8) == 0)
                chunks.Add(new AncillaryChunk(new("unkn"), Bytes(random, 9)));
            chunks.Add(new SegmentChunk(segment, Bytes(random, 40)));
        }
    }

    private static IEnumerable<SegmentRun> Runs(int tiles, int models, Random random)
    {
        while (tiles > 0)
        {
            int count = random.Next(1, tiles + 1);
            yield return new(random.Next(models), count);
            tiles -= count;
        }
    }

    private static void AddMetadata(List<Chunk> chunks, Random random)
    {
        while (random.Next(2) == 0)
        {
            chunks.Add(random.Next(4) switch
            {
                0 => new AncillaryChunk(ChunkType.Icc, Bytes(random, 30)),
                1 => new AncillaryChunk(ChunkType.Text, new TextContent("Title", "Mosaïque", random.Next(2) == 0 ? "" : "fr").ToPayload()),
                2 => new AncillaryChunk(ChunkType.Metadata, new MetadataContent("png:gAMA", Bytes(random, 4)).ToPayload()),
                _ => new AncillaryChunk(ChunkType.Xmp, Bytes(random, 300)),
            });
        }
    }

    private static IEnumerable<ModelReference> Models(int count, Random random)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] hash = new byte[random.Next(2) * ContainerFormat.WeightsHashLength];
            random.NextBytes(hash);
            yield return new($"model{i}/{random.Next()}-x", random.Next(1, int.MaxValue), [.. hash]);
        }
    }

    private static byte[] Bytes(Random random, int max)
    {
        byte[] bytes = new byte[random.Next(max + 1)];
        random.NextBytes(bytes);
        return bytes;
    }
}

/// <summary>What a generated file holds.</summary>
internal sealed record GeneratedFile(ContainerHeader Header, List<Chunk> Chunks)
{
    public byte[] Write() => Files.Write(Header, Chunks);

    public IEnumerable<SegmentChunk> Segments => Chunks.OfType<SegmentChunk>();
}
