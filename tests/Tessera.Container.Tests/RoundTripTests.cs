namespace Tessera.Container.Tests;

public class RoundTripTests
{
    [Fact]
    public void A_small_file_reads_as_it_was_written()
    {
        List<ContainerItem> items = Files.Read(Files.Small);
        Assert.Collection(
            items,
            item =>
            {
                var segment = Assert.IsType<SegmentItem>(item);
                Assert.Equal(Files.Segment(0, 1), segment.Header);
                Assert.Equal<byte>([1, 2, 3, 4, 5], segment.Payload.ToArray());
            },
            item =>
            {
                var end = Assert.IsType<EndItem>(item);
                Assert.Equal(Files.Small.Length, end.Length);
                Assert.Single(end.Index!.Segments);
            });
    }

    [Fact]
    public void Any_file_that_comes_byte_by_byte_gives_the_same_items()
    {
        Assert.Equal(3, Files.Push(Files.Small, () => 1).Count);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        for (int length = 0; length < Files.Small.Length; length++)
        {
            byte[] cut = Files.Small[..length];
            Assert.Throws<TesseraFormatException>(() => Files.Read(cut));
        }
    }

    [Fact]
    public void Every_flipped_bit_is_found()
    {
        for (int bit = 0; bit < 8 * Files.Small.Length; bit++)
        {
            byte[] damaged = [.. Files.Small];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<TesseraFormatException>(() => Files.Read(damaged));
        }
    }
}
