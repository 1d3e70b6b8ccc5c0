using System.Buffers.Binary;

namespace Tessera.Png.Tests;

public class BadInputTests
{
    private static readonly string[] Small = ["rgb8-3x3-interlaced.png", "metadata.png", "rgb16-transparent.png", "palette2-transparent.png", "grey1.png"];

    [Fact]
    public void The_builder_makes_a_file_that_is_read()
    {
        Picture picture = Picture.Read(PngBuilder.Grey().Pixels(PngBuilder.GreyPixels).End());
        Assert.Equal([10, 20, 30, 40], picture.Planes[0]);
    }

    [Fact]
    public void Every_truncation_is_a_format_error_that_says_where()
    {
        foreach (string name in Small)
        {
            byte[] file = SampleFileTests.Load(name);
            for (int length = 0; length < file.Length; length++)
            {
                TesseraFormatException e = Assert.Throws<TesseraFormatException>(() => Picture.Read(file[..length]));
                Assert.InRange(e.Offset, 0, length);
            }
        }
    }

    [Fact]
    public void Every_flipped_bit_of_a_small_file_is_a_format_error()
    {
        byte[] file = PngBuilder.Grey().Chunk("gAMA", 0, 0, 1, 1).Pixels(PngBuilder.GreyPixels).End();
        for (int bit = 0; bit < 8 * file.Length; bit++)
        {
            byte[] damaged = [.. file];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<TesseraFormatException>(() => Picture.Read(damaged));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Random_damage_gives_a_picture_or_a_format_error(bool repairCrcs)
    {
        var random = new Random(7);
        var limits = new RasterLimits { MaxAllocation = 1 << 22, MaxPixels = 1 << 20, MaxMetadata = 1 << 16 };
        foreach (string name in Small)
        {
            byte[] file = SampleFileTests.Load(name);
            for (int round = 0; round < 1500; round++)
            {
                byte[] damaged = [.. file];
                for (int i = random.Next(1, 4); i > 0; i--)
                    damaged[random.Next(8, damaged.Length)] = (byte)random.Next(256);
                if (repairCrcs)
                    PngBuilder.RepairCrcs(damaged);
                ReadOrRefuse(damaged, limits);
            }
        }
    }

    [Fact]
    public void Reordered_and_doubled_chunks_give_a_picture_or_a_format_error()
    {
        var random = new Random(8);
        foreach (string name in Small)
        {
            List<(string Type, byte[] Content)> chunks = PngBuilder.Chunks(SampleFileTests.Load(name));
            for (int round = 0; round < 200; round++)
            {
                var mixed = chunks.ToList();
                int a = random.Next(mixed.Count), b = random.Next(mixed.Count);
                if (round % 2 == 0)
                    (mixed[a], mixed[b]) = (mixed[b], mixed[a]);
                else
                    mixed.Insert(a, mixed[b]);
                var builder = new PngBuilder();
                foreach ((string type, byte[] content) in mixed)
                    builder.Chunk(type, content);
                ReadOrRefuse(builder.Bytes(), RasterLimits.Default);
            }
        }
    }

    [Fact]
    public void What_is_wrong_is_said_in_so_many_words()
    {
        byte[] pixels = PngBuilder.GreyPixels, data = PngBuilder.Compress(pixels);
        byte[] wrongAdler = [.. data[..^1], (byte)(data[^1] ^ 1)];
        byte[] palette = [1, 2, 3, 4, 5, 6];
        (string Words, byte[] File)[] cases =
        [
            ("not a PNG file", [.. "P5 2 2 255 ...."u8]),
            ("first chunk is gAMA", new PngBuilder().Chunk("gAMA", 0, 0, 0, 1).Bytes()),
            ("width is 0", new PngBuilder().Header(0, 2, 8, 0).Bytes()),
            ("height is 2147483648", new PngBuilder().Header(2, 0x80000000, 8, 0).Bytes()),
            ("no colour type 5 with 8", new PngBuilder().Header(2, 2, 8, 5).Bytes()),
            ("no colour type 2 with 4", new PngBuilder().Header(2, 2, 4, 2).Bytes()),
            ("Compression method 1", new PngBuilder().Header(2, 2, 8, 0, compression: 1).Bytes()),
            ("Filter method 64", new PngBuilder().Header(2, 2, 8, 0, filter: 64).Bytes()),
            ("Interlace method 2", new PngBuilder().Header(2, 2, 8, 0, interlace: 2).Bytes()),
            ("IHDR has 12 bytes", new PngBuilder().Chunk("IHDR", new byte[12]).Bytes()),
            ("IHDR chunk cannot stand before", PngBuilder.Grey().Header(2, 2, 8, 0).Bytes()),
            ("IEND chunk cannot stand before", PngBuilder.Grey().End()),
            ("critical chunk ABCD is unknown", PngBuilder.Grey().Chunk("ABCD").Pixels(pixels).End()),
            ("critical chunk ABCD is unknown", PngBuilder.Grey().Pixels(pixels).Chunk("ABCD").End()),
            ("type ABcD", PngBuilder.Grey().Chunk("ABcD").Pixels(pixels).End()),
            ("grey image has no PLTE", PngBuilder.Grey().Chunk("PLTE", palette).Bytes()),
            ("second PLTE", new PngBuilder().Header(2, 2, 8, 3).Chunk("PLTE", palette).Chunk("PLTE", palette).Bytes()),
            ("1 to 256 entries", new PngBuilder().Header(2, 2, 8, 3).Chunk("PLTE", 1, 2).Bytes()),
            ("no PLTE chunk", new PngBuilder().Header(2, 2, 8, 3).Pixels(pixels).End()),
            ("PLTE chunk cannot stand after", new PngBuilder().Header(2, 2, 8, 3).Chunk("PLTE", palette).Pixels(0, 0, 0, 0, 0, 0).Chunk("PLTE", palette).End()),
            ("only 2 entries", new PngBuilder().Header(2, 2, 8, 3).Chunk("PLTE", palette).Pixels(0, 0, 1, 0, 2, 0).End()),
            ("tRNS chunk comes before PLTE", new PngBuilder().Header(2, 2, 8, 3).Chunk("tRNS", 1).Bytes()),
            ("3 entries for a palette of 2", new PngBuilder().Header(2, 2, 8, 3).Chunk("PLTE", palette).Chunk("tRNS", 1, 2, 3).Bytes()),
            ("tRNS has 3 bytes instead of 2", PngBuilder.Grey().Chunk("tRNS", 1, 2, 3).Bytes()),
            ("second tRNS", PngBuilder.Grey().Chunk("tRNS", 0, 2).Chunk("tRNS", 0, 2).Bytes()),
            ("alpha channel has no tRNS", new PngBuilder().Header(2, 2, 8, 4).Chunk("tRNS", 0, 2).Bytes()),
            ("tRNS chunk comes after", PngBuilder.Grey().Pixels(pixels).Chunk("tRNS", 0, 2).End()),
            ("between the IDAT chunks", PngBuilder.Grey().Chunk("IDAT", data[..3]).Chunk("IDAT", data[3..]).Chunk("tIME").Chunk("IDAT").End()),
            ("2 rows or fewer too early", PngBuilder.Grey().Chunk("IDAT", data[..3]).Chunk("tIME", new byte[7]).Chunk("IDAT", data[3..]).End()),
            ("filter 5", PngBuilder.Grey().Pixels(5, 1, 2, 0, 3, 4).End()),
            ("too early", PngBuilder.Grey().Pixels(pixels[..5]).End()),
            ("more image data", PngBuilder.Grey().Pixels([.. pixels, 0]).End()),
            ("without its check value", PngBuilder.Grey().Chunk("IDAT", data[..^4]).End()),
            ("without its check value", PngBuilder.Grey().Chunk("IDAT", data[..^1]).End()),
            ("compressed image data is damaged", PngBuilder.Grey().Chunk("IDAT", wrongAdler).End()),
            ("zlib method", PngBuilder.Grey().Chunk("IDAT", [0x79, .. data[1..]]).End()),
            ("zlib header", PngBuilder.Grey().Chunk("IDAT", [data[0], (byte)(data[1] ^ 1), .. data[2..]]).End()),
            ("compressed image data is damaged", PngBuilder.Grey().Chunk("IDAT", [.. data[..2], 0xFF, .. data[3..]]).End()),
            ("IEND has 1 bytes", PngBuilder.Grey().Pixels(pixels).Chunk("IEND", 0).Bytes()),
            ("ends within the chunk header, before IEND", PngBuilder.Grey().Pixels(pixels).Bytes()),
            ("animated PNG with 3 frames", PngBuilder.Grey().Chunk("acTL", 0, 0, 0, 3, 0, 0, 0, 0).Pixels(pixels).End()),
        ];

        foreach ((string words, byte[] file) in cases)
        {
            TesseraFormatException e = Assert.Throws<TesseraFormatException>(() => Picture.Read(file));
            Assert.Contains(words, e.Message, StringComparison.Ordinal);
            Assert.InRange(e.Offset, 0, file.Length);
        }
    }

    [Fact]
    public void A_damaged_chunk_is_named_with_the_place_of_its_crc()
    {
        byte[] file = PngBuilder.Grey().Chunk("gAMA", 0, 0, 1, 1).Pixels(PngBuilder.GreyPixels).End();
        int crc = 8 + 25 + 8 + 4;
        file[crc - 1] ^= 1;
        TesseraFormatException e = Assert.Throws<TesseraFormatException>(() => Picture.Read(file));
        Assert.StartsWith("The gAMA chunk is damaged", e.Message, StringComparison.Ordinal);
        Assert.Equal(crc, e.Offset);
    }

    [Fact]
    public void A_chunk_longer_than_the_file_allocates_little()
    {
        byte[] file = PngBuilder.Grey().Chunk("tEXt", [.. "A\0b"u8]).Bytes();
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(8 + 25), int.MaxValue);
        var limits = new RasterLimits { MaxMetadata = long.MaxValue, MaxAllocation = long.MaxValue };
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<TesseraFormatException>(() => Picture.Read(file, limits));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Limits_are_checked_before_anything_is_allocated()
    {
        var limits = new RasterLimits { MaxPixels = 1 << 20, MaxAllocation = 1 << 20, MaxMetadata = 1 << 12 };
        (string Words, byte[] File)[] cases =
        [
            ("limit of 1048576 pixels", new PngBuilder().Header(1025, 1024, 8, 0).Bytes()),
            ("must be held whole", new PngBuilder().Header(1024, 1024, 8, 6, interlace: 1).Pixels(0).End()),
            ("A row of 1000000 pixels", new PngBuilder().Header(1000000, 1, 8, 6).Pixels(0).End()),
            ("metadata exceeds", PngBuilder.Grey().Chunk("tEXt", new byte[1 << 13]).Bytes()),
            ("metadata exceeds", PngBuilder.Grey().Chunk("zTXt", [.. "A\0\0"u8, .. PngBuilder.Compress([.. Enumerable.Repeat((byte)'b', 1 << 20)])]).Bytes()),
            ("metadata exceeds", PngBuilder.Grey().Chunk("iCCP", [.. "A\0\0"u8, .. PngBuilder.Compress(new byte[1 << 20])]).Bytes()),
        ];
        foreach ((string words, byte[] file) in cases)
            Assert.Contains(words, Assert.Throws<TesseraFormatException>(() => Picture.Read(file, limits)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_of_the_stream_pass_through()
    {
        using var stream = new FailingStream();
        Assert.ThrowsAny<IOException>(() => new PngFormat().OpenAsync(stream, RasterLimits.Default).AsTask().GetAwaiter().GetResult());
    }

    private static void ReadOrRefuse(byte[] file, RasterLimits limits)
    {
        try
        {
            Picture.Read(file, limits);
        }
        catch (TesseraFormatException)
        {
            // The one exception that content may cause.
        }
    }

    private sealed class FailingStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("The disk is gone.");
    }
}
