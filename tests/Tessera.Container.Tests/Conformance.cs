namespace Tessera.Container.Tests;

/// <summary>The files of spec/conformance/container, each with what it was written from. Once released they never change.</summary>
internal static class Conformance
{
    public static string SpecFolder { get; } = Path.Combine(FindRoot(), "spec");

    public static string Folder { get; } = Path.Combine(SpecFolder, "conformance", "container");

    /// <summary>Writes each file anew, by its name.</summary>
    public static IReadOnlyDictionary<string, Func<byte[]>> Writers { get; } = new Dictionary<string, Func<byte[]>>
    {
        ["smallest"] = () => Files.Small,
        ["tiles"] = WriteTiles,
        ["animation"] = WriteAnimation,
        ["newer-minor"] = BuildNewerMinor,
    };

    public static string PathOf(string name) => Path.Combine(Folder, name + ".tsra");

    /// <summary>Compares with a pinned file. A difference leaves what was received beside it.</summary>
    public static void AssertPinned(string path, byte[] actual)
    {
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(actual))
            return;
        string received = path.Replace(".verified.", ".", StringComparison.Ordinal);
        received = Path.ChangeExtension(received, "received" + Path.GetExtension(path));
        File.WriteAllBytes(received, actual);
        Assert.Fail($"{path} is not what was written today: see {received}");
    }

    /// <summary>Sixteen-bit grey and alpha, two bands of three tiles, segments of several runs, weights, a channel by itself.</summary>
    private static byte[] WriteTiles()
    {
        byte[] hash = [.. Enumerable.Range(0, ContainerFormat.WeightsHashLength).Select(i => (byte)i)];
        var header = new ContainerHeader
        {
            Width = 600,
            Height = 400,
            Channels = 2,
            BitDepth = 12,
            WhiteLevel = 4000,
            AlphaKind = 1,
            Models = [new("classic", 1), new("bitswap/photo", 3, [.. hash])],
        };
        SegmentHeader Segment(long tile, int count, int channel, params SegmentRun[] runs) =>
            Files.Segment(tile, count, channel, 1, checksum: 0xC0FFEE00 + (uint)tile) with { Runs = [.. runs] };
        return Files.Write(
            header,
            new AncillaryChunk(ChunkType.Icc, [.. "not a real profile"u8]),
            new AncillaryChunk(ChunkType.Text, new TextContent("Title", "Größe", "de", "Titel").ToPayload()),
            new AncillaryChunk(ChunkType.Metadata, new MetadataContent("png:gAMA", (byte[])[0, 0, 0xB1, 0x8F]).ToPayload()),
            new SegmentChunk(Segment(0, 3, 0, new(0, 1), new(1, 2)), [0x10, 0x11, 0x12, 0x13]),
            new SegmentChunk(Segment(0, 3, 1, new SegmentRun(0, 3)), [0x20]),
            new SegmentChunk(Segment(3, 1, 0, new SegmentRun(0, 1)), [0x30, 0x31]),
            new SegmentChunk(Segment(3, 3, 1, new SegmentRun(0, 3)), []),
            new SegmentChunk(Segment(4, 2, 0, new SegmentRun(1, 2)), [0x40, 0x41, 0x42]),
            new AncillaryChunk(ChunkType.Exif, [.. "MM"u8, 0, 42]));
    }

    /// <summary>Two frames with delays, metadata of the image, of a frame, and at the end.</summary>
    private static byte[] WriteAnimation()
    {
        var header = new ContainerHeader
        {
            Width = 20,
            Height = 10,
            Channels = 4,
            AlphaKind = 2,
            TileSize = 16,
            BandRows = 2,
            FrameCount = 2,
            Models = [new("classic", 1)],
        };
        return Files.Write(
            header,
            new AncillaryChunk(ChunkType.Xmp, [.. "<x:xmpmeta/>"u8]),
            new AncillaryChunk(ChunkType.Frame, new FrameContent(0, 1, 25).ToPayload()),
            new SegmentChunk(Files.Segment(0, 2, 0, 4), [1, 2]),
            new AncillaryChunk(ChunkType.Frame, new FrameContent(1, 2).ToPayload()),
            new AncillaryChunk(ChunkType.Iptc, [0x1C, 0x02]),
            new SegmentChunk(Files.Segment(2, 2, 0, 4), [3, 4]),
            new AncillaryChunk(ChunkType.Text, new TextContent("Comment", "the end").ToPayload()));
    }

    /// <summary>Version 1.255: an unknown key in HEAD and an unknown ancillary chunk, which every reader of version 1 ignores.</summary>
    private static byte[] BuildNewerMinor() => RawFile.Build(
        1,
        255,
        ("HEAD", RawFile.Hex("84 00 03 01 02 09 91 92 A7 63 6C 61 73 73 69 63 01 CD 01 00 81 A3 6E 65 77 C3")),
        ("newy", [1, 2, 3]),
        ("SEGM", RawFile.SmallSegment),
        ("INDX", RawFile.Index(53, 12, 0, 1, 0)));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Codec.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run within the repository.");
    }
}
