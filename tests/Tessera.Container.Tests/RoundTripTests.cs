using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Container.Tests;

public class RoundTripTests
{
    [Fact]
    public void A_small_file_is_the_bytes_that_the_specification_says()
    {
        byte[] expected = RawFile.Build(
            ("HEAD", RawFile.SmallHead),
            ("SEGM", RawFile.SmallSegment),
            ("INDX", RawFile.Index(29, 12, 0, 1, 0)));
        Assert.Equal(expected, Files.Small);
    }

    [Fact]
    public void Any_header_reads_as_it_was_written() => Check.QuickThrowOnFailure(Prop.ForAll(
        Generate.Headers.ToArbitrary(),
        header => Assert.Equal(header, ContainerHeader.Parse(header.ToPayload(), FormatVersion.Current))));

    [Fact]
    public void Any_file_reads_as_it_was_written() => Check.QuickThrowOnFailure(Prop.ForAll(
        Generate.Files.ToArbitrary(),
        file => AssertHolds(file, Files.Read(file.Write()))));

    [Fact]
    public void Any_file_reads_the_same_however_its_bytes_come() => Check.QuickThrowOnFailure(Prop.ForAll(
        Generate.Files.ToArbitrary(),
        Gen.Choose(0, 1000).ToArbitrary(),
        (file, seed) =>
        {
            var random = new Random(seed);
            int most = 1 << random.Next(10);
            List<ContainerItem> items = Files.Push(file.Write(), () => random.Next(1, most + 1));
            Assert.Equal(file.Header, Assert.IsType<HeaderItem>(items[0]).Header);
            AssertHolds(file, items[1..]);
        }));

    [Fact]
    public void Any_file_reads_the_same_byte_by_byte_and_with_recovery()
    {
        GeneratedFile file = Generate.File(new Random(7));
        AssertHolds(file, Files.Push(file.Write(), () => 1, recovery: RecoveryMode.SkipDamage)[1..]);
    }

    [Fact]
    public void Metadata_says_whether_it_is_of_the_image_or_of_a_frame()
    {
        var header = new ContainerHeader { Width = 1, Height = 1, FrameCount = 2, Models = [new("classic", 1)] };
        AncillaryChunk icc = new(ChunkType.Icc, [1]);
        List<ContainerItem> items = Files.Read(Files.Write(
            header,
            icc,
            new AncillaryChunk(ChunkType.Frame, new FrameContent(0, 1, 25).ToPayload()),
            icc,
            new SegmentChunk(Files.Segment(0, 1), []),
            new AncillaryChunk(ChunkType.Frame, new FrameContent(1).ToPayload()),
            icc,
            new SegmentChunk(Files.Segment(1, 1), []),
            icc));
        Assert.Equal(
            [
                (ChunkType.Icc, AncillaryScope.Image, 0),
                (ChunkType.Frame, AncillaryScope.Frame, 0),
                (ChunkType.Icc, AncillaryScope.Frame, 0),
                (ChunkType.Frame, AncillaryScope.Frame, 1),
                (ChunkType.Icc, AncillaryScope.Frame, 1),
                (ChunkType.Icc, AncillaryScope.Trailer, 0),
            ],
            items.OfType<AncillaryItem>().Select(item => (item.Type, item.Scope, item.Frame)));
    }

    [Fact]
    public void A_segment_that_was_disposed_of_gives_no_payload()
    {
        SegmentItem segment = Files.Read(Files.Small).OfType<SegmentItem>().Single();
        segment.Dispose();
        segment.Dispose();
        Assert.Throws<ObjectDisposedException>(() => segment.Payload);
    }

    private static void AssertHolds(GeneratedFile file, List<ContainerItem> items)
    {
        Assert.Equal(file.Chunks.Count + 1, items.Count);
        foreach ((Chunk chunk, ContainerItem item) in file.Chunks.Zip(items))
        {
            if (chunk is SegmentChunk expected)
            {
                var segment = Assert.IsType<SegmentItem>(item);
                Assert.Equal(expected.Header, segment.Header);
                Assert.Equal(expected.Payload, segment.Payload.ToArray());
            }
            else
            {
                var ancillary = Assert.IsType<AncillaryItem>(item);
                Assert.Equal(((AncillaryChunk)chunk).Type, ancillary.Type);
                Assert.Equal(chunk.Payload, ancillary.Payload.ToArray());
            }
        }

        ContainerIndex index = Assert.IsType<EndItem>(items[^1]).Index!;
        Assert.Equal(
            items.OfType<SegmentItem>().Select(segment => (segment.Offset, segment.Header.FirstTile)),
            index.Segments.Select(entry => (entry.Offset, entry.FirstTile)));
    }
}
