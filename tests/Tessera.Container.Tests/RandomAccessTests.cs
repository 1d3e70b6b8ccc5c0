using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Container.Tests;

public class RandomAccessTests
{
    [Fact]
    public void Any_file_gives_the_same_segments_by_index_as_in_sequence() => Check.QuickThrowOnFailure(Prop.ForAll(
        Generate.Files.ToArbitrary(),
        file =>
        {
            SeekableContainer container = Open(file.Write());
            Assert.Equal(file.Header, container.Header);
            Assert.Equal(file.Segments.Count(), container.Index.Segments.Length);
            foreach ((SegmentChunk expected, IndexEntry entry) in file.Segments.Zip(container.Index.Segments).Reverse())
            {
                using SegmentItem segment = Files.Run(container.ReadSegmentAsync(entry));
                Assert.Equal(expected.Header, segment.Header);
                Assert.Equal(expected.Payload, segment.Payload.ToArray());
                Assert.Equal(entry.Offset, segment.Offset);
            }
        }));

    [Fact]
    public void Any_tiles_are_found_in_all_their_segments() => Check.QuickThrowOnFailure(Prop.ForAll(
        Generate.Files.ToArbitrary(),
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        (file, seed) =>
        {
            var random = new Random(seed);
            ContainerIndex index = Open(file.Write()).Index;
            long first = random.NextInt64(file.Header.TileCount);
            int count = (int)random.NextInt64(1, file.Header.TileCount - first + 1);
            Assert.Equal(
                index.Segments.Where(entry => entry.FirstTile < first + count && entry.FirstTile + entry.TileCount > first),
                index.FindSegments(first, count));
        }));

    [Fact]
    public void Tiles_that_the_image_does_not_have_are_not_found()
    {
        ContainerIndex index = Open(Files.Small).Index;
        Assert.Throws<ArgumentOutOfRangeException>(() => index.FindSegments(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.FindSegments(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.FindSegments(0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.FindSegments(0, 0));
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        for (int length = 0; length < Files.Small.Length; length++)
        {
            byte[] cut = Files.Small[..length];
            Assert.Throws<TesseraFormatException>(() => Open(cut));
        }
    }

    [Fact]
    public void Every_flipped_bit_is_found_by_who_reads_it()
    {
        for (int bit = 0; bit < 8 * Files.Small.Length; bit++)
        {
            byte[] damaged = [.. Files.Small];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<TesseraFormatException>(() =>
            {
                SeekableContainer container = Open(damaged);
                Files.Run(container.ReadSegmentAsync(container.Index.Segments[0])).Dispose();
            });
        }
    }

    [Fact]
    public void A_damaged_segment_does_not_hinder_the_others()
    {
        byte[] file = Files.Write(
            Files.SmallHeader with { Width = 512 },
            new SegmentChunk(Files.Segment(0, 1), [1, 2, 3]),
            new SegmentChunk(Files.Segment(1, 1), [4, 5, 6]));
        IndexEntry first = Open(file).Index.Segments[0];
        file[first.Offset + 20] ^= 1;
        SeekableContainer container = Open(file);
        var fault = Assert.Throws<TesseraFormatException>(() => Files.Run(container.ReadSegmentAsync(first)));
        Assert.Contains("CRC", fault.Message, StringComparison.Ordinal);
        using SegmentItem second = Files.Run(container.ReadSegmentAsync(container.Index.FindSegments(1).Single()));
        Assert.Equal<byte>([4, 5, 6], second.Payload.ToArray());
    }

    [Theory]
    [InlineData("2A 0B 00 01 00", "SEGM and 24 bytes, not one of type SEGM and 23")]
    [InlineData("1D 01 00 01 00", "type news and 13 bytes, not one of type SEGM and 13")]
    public void An_index_that_points_elsewhere_is_found(string entries, string fault)
    {
        byte[] file = RawFile.Build(
            ("HEAD", RawFile.SmallHead),
            ("news", [1]),
            ("SEGM", RawFile.SmallSegment),
            ("INDX", RawFile.Index(RawFile.Hex(entries))));
        SeekableContainer container = Open(file);
        var exception = Assert.Throws<TesseraFormatException>(() => Files.Run(container.ReadSegmentAsync(container.Index.Segments[0])));
        Assert.Contains(fault, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_segment_of_other_tiles_than_the_index_says_is_refused()
    {
        byte[] head = RawFile.Hex("83 00 CD 02 00 01 02 09 91 92 A1 61 01");
        byte[] Segment(byte tile) => [0, tile, 1, 0, 0, 0, 0];
        byte[] file = RawFile.Build(
            ("HEAD", head), ("SEGM", Segment(1)), ("SEGM", Segment(0)), ("INDX", RawFile.Index(25, 7, 0, 1, 0, 0, 7, 1, 1, 0)));
        SeekableContainer container = Open(file);
        var fault = Assert.Throws<TesseraFormatException>(() => Files.Run(container.ReadSegmentAsync(container.Index.Segments[0])));
        Assert.Contains("not the one that the index says", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_hold_for_random_access_too()
    {
        Assert.Throws<TesseraFormatException>(() => Open(Files.Small, new() { MaxPixels = 5 }));
        Assert.Throws<TesseraFormatException>(() => Open(Files.Small, new() { MaxIndexBytes = 8 }));
        SeekableContainer container = Open(Files.Small, new() { MaxSegmentBytes = 11 });
        Assert.Throws<TesseraFormatException>(() => Files.Run(container.ReadSegmentAsync(container.Index.Segments[0])));
    }

    [Fact]
    public void A_stream_that_does_not_seek_is_refused()
    {
        using var deflate = new System.IO.Compression.DeflateStream(new MemoryStream(), System.IO.Compression.CompressionMode.Compress);
        Assert.Throws<ArgumentException>(() => Files.Run(SeekableContainer.OpenAsync(deflate)));
    }

    private static SeekableContainer Open(byte[] file, ContainerLimits? limits = null) =>
        Files.Run(SeekableContainer.OpenAsync(new MemoryStream(file), limits));
}
