namespace Tessera.Container.Tests;

public class LimitTests
{
    private static readonly (string Type, byte[] Payload) Head = ("HEAD", RawFile.SmallHead);

    [Fact]
    public void A_huge_length_is_refused_before_anything_is_allocated()
    {
        foreach (string type in (string[])["SEGM", "INDX", "iccp", "news", "NEWS"])
        {
            byte[] file = [.. RawFile.Build(Head), .. type.Select(c => (byte)c), 0xFF, 0xFF, 0xFF, 0x7F, 1, 2, 3];
            AssertFault(file, null, "the limit is");
        }

        byte[] head = [.. RawFile.Build(), .. "HEAD"u8, 0x00, 0x00, 0x10, 0x00, 1, 2, 3];
        AssertFault(head, null, "A chunk of type HEAD has 1048576 bytes; the limit is 65536");
    }

    [Theory]
    [InlineData("SEGM")]
    [InlineData("INDX")]
    [InlineData("iccp")]
    public void A_length_within_the_limits_allocates_nothing_before_the_bytes_are_there(string type)
    {
        var limits = new ContainerLimits { MaxSegmentBytes = int.MaxValue, MaxAncillaryBytes = int.MaxValue, MaxIndexBytes = int.MaxValue };
        byte[] file = [.. RawFile.Build(Head), .. type.Select(c => (byte)c), 0, 0, 0, 0x7F, 1, 2, 3];
        Files.Read(Files.Small);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<TesseraFormatException>(() => Files.Read(file, limits));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Each_limit_is_the_largest_that_is_read()
    {
        byte[] payload = new byte[100];
        byte[] file = Files.Write(
            Files.SmallHeader,
            new AncillaryChunk(ChunkType.Icc, payload),
            new AncillaryChunk(ChunkType.Exif, payload),
            new SegmentChunk(Files.Segment(0, 1), payload));
        var exact = new ContainerLimits
        {
            MaxPixels = 6,
            MaxBandSamples = 18,
            MaxHeaderBytes = RawFile.SmallHead.Length,
            MaxAncillaryBytes = 100,
            MaxAncillaryTotal = 200,
            MaxSegmentBytes = 107,
            MaxIndexBytes = 10,
        };
        Assert.Equal(4, Files.Read(file, exact).Count);
        AssertFault(file, exact with { MaxPixels = 5 }, "6 pixels; the limit is 5");
        AssertFault(file, exact with { MaxBandSamples = 17 }, "A band has 18 samples; the limit is 17");
        AssertFault(file, exact with { MaxHeaderBytes = exact.MaxHeaderBytes - 1 }, "type HEAD has 17 bytes; the limit is 16");
        AssertFault(file, exact with { MaxAncillaryBytes = 99 }, "type iccp has 100 bytes; the limit is 99");
        AssertFault(file, exact with { MaxAncillaryTotal = 199 }, "more than 199 bytes together");
        AssertFault(file, exact with { MaxSegmentBytes = 106 }, "type SEGM has 107 bytes; the limit is 106");
        AssertFault(file, exact with { MaxIndexBytes = 9 }, "type INDX has 10 bytes; the limit is 9");
    }

    private static void AssertFault(byte[] file, ContainerLimits? limits, string fault)
    {
        var exception = Assert.Throws<TesseraFormatException>(() => Files.Read(file, limits));
        Assert.Contains(fault, exception.Message, StringComparison.Ordinal);
    }
}
