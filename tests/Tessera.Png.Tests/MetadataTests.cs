using System.Text;

namespace Tessera.Png.Tests;

public class MetadataTests
{
    [Fact]
    public void Profiles_and_texts_are_read_as_another_program_wrote_them()
    {
        ImageMetadata metadata = Picture.Read(SampleFileTests.Load("metadata.png")).Info.Metadata;

        Assert.Equal("acsp"u8, metadata.Find(MetadataKinds.Icc)!.Data.Span.Slice(36, 4));
        Assert.Null(metadata.Find("png:iCCP-name"));
        Assert.Equal("MM\0*"u8, metadata.Find(MetadataKinds.Exif)!.Data.Span[..4]);
        Assert.Equal("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>"u8, metadata.Find(MetadataKinds.Xmp)!.Data.Span);
        Assert.Equal([0, 0, 0xB1, 0x8F], metadata.Find("png:gAMA")!.Data.ToArray());
        Assert.Equal(9, metadata.Find("png:pHYs")!.Data.Length);
        Assert.Equal(
            [new("Title", "Caf\u00e9"), new("Comment", string.Concat(Enumerable.Repeat("long ", 500))), new("Author", "\u0416\u0443\u043a", "ru", "\u0410\u0432\u0442\u043e\u0440")],
            metadata.Texts.ToArray());
    }

    [Fact]
    public void Metadata_behind_the_image_data_is_the_trailer_and_is_written_behind_it()
    {
        Picture picture = Picture.Read(SampleFileTests.Load("rgb16-transparent.png"));

        Assert.True(picture.Info.Metadata.IsEmpty);
        Assert.Equal([new("Comment", "behind")], picture.Trailer.Texts.ToArray());
        Assert.Equal(["png:tIME"], picture.Trailer.Blocks.Select(b => b.Kind));
        Assert.Equal(["IHDR", "IDAT", "tIME", "tEXt", "IEND"], PngBuilder.Chunks(picture.Write()).Select(c => c.Type));
    }

    [Fact]
    public void A_profile_keeps_an_unusual_name()
    {
        byte[] file = PngBuilder.Grey().Chunk("iCCP", [.. "Dot Gain 20%\0\0"u8, .. PngBuilder.Compress([1, 2, 3])]).Pixels(PngBuilder.GreyPixels).End();
        Picture picture = Picture.Read(file);
        Assert.Equal([1, 2, 3], picture.Info.Metadata.Find(MetadataKinds.Icc)!.Data.ToArray());

        byte[] written = PngBuilder.Chunks(picture.Write()).Single(c => c.Type == "iCCP").Content;
        Assert.Equal("Dot Gain 20%\0\0"u8, written.AsSpan(0, 14));
    }

    [Theory]
    [InlineData("tEXt", "no separator")]
    [InlineData("tEXt", " bad keyword\0text")]
    [InlineData("tEXt", "null\0in\0text")]
    [InlineData("zTXt", "Key\0\u0001unknown method")]
    [InlineData("zTXt", "Key\0\0x\u009cdamaged")]
    [InlineData("iTXt", "Key\0\0\0\0\0\u00ff is not UTF-8")]
    [InlineData("iTXt", "Key\0\0\0no end")]
    [InlineData("iCCP", "Name\0\0x\u009cdamaged")]
    [InlineData("prVt", "a private chunk that is safe to copy")]
    public void What_cannot_be_interpreted_is_kept_byte_for_byte(string type, string content)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(content);
        Picture picture = Picture.Read(PngBuilder.Grey().Chunk(type, bytes).Pixels(PngBuilder.GreyPixels).End());

        Assert.Equal(bytes, picture.Info.Metadata.Find("png:" + type)!.Data.ToArray());
        Assert.Equal(bytes, PngBuilder.Chunks(picture.Write()).Single(c => c.Type == type).Content);
    }

    [Theory]
    [InlineData("hIST")]
    [InlineData("pCAL")]
    [InlineData("prVT")]
    public void Chunks_that_speak_of_the_stored_samples_are_left_out(string type)
    {
        Picture picture = Picture.Read(PngBuilder.Grey().Chunk(type, 1, 2, 3).Pixels(PngBuilder.GreyPixels).End());
        Assert.True(picture.Info.Metadata.IsEmpty);
    }

    [Fact]
    public void Significant_bits_and_background_follow_a_palette_to_rgba()
    {
        byte[] file = new PngBuilder().Header(2, 1, 8, 3).Chunk("sBIT", 5, 6, 5).Chunk("PLTE", 1, 2, 3, 4, 5, 6).Chunk("bKGD", 1).Chunk("tRNS", 9)
            .Pixels(0, 0, 1).End();
        Picture picture = Picture.Read(file);

        Assert.Equal([[1, 4], [2, 5], [3, 6], [9, 255]], picture.Planes);
        Assert.Equal([5, 6, 5, 8], picture.Info.Metadata.Find("png:sBIT")!.Data.ToArray());
        Assert.Equal([0, 4, 0, 5, 0, 6], picture.Info.Metadata.Find("png:bKGD")!.Data.ToArray());
        Assert.Equal(["IHDR", "sBIT", "bKGD", "IDAT", "IEND"], PngBuilder.Chunks(picture.Write()).Select(c => c.Type));
    }

    [Fact]
    public void Significant_bits_and_background_follow_two_bit_grey_to_grey_and_alpha()
    {
        byte[] file = new PngBuilder().Header(2, 1, 2, 0).Chunk("sBIT", 2).Chunk("bKGD", 0, 2).Chunk("tRNS", 0, 3).Pixels(0, 0b10110000).End();
        Picture picture = Picture.Read(file);

        Assert.Equal([[170, 255], [255, 0]], picture.Planes);
        Assert.Equal([2, 8], picture.Info.Metadata.Find("png:sBIT")!.Data.ToArray());
        Assert.Equal([0, 170], picture.Info.Metadata.Find("png:bKGD")!.Data.ToArray());
    }

    [Fact]
    public void Texts_come_back_whatever_their_alphabet_and_length()
    {
        TextEntry[] texts =
        [
            new("Title", ""), new("Title", "twice"), new("Comment", "\u00e9 and\nmore"), new("Comment", "\u4e2d\u6587 \ud83d\ude00"), new("Comment", new string('x', 5000)),
            new("Comment", new string('\u0436', 5000), "ru-RU", "\u041a"), new("XML:com.adobe.xmp", "not a packet", "en"), new(new string('k', 79), "long keyword"),
        ];
        Picture picture = Picture.Random(new(3, 3, new(1, 8)) { Metadata = new() { Texts = [.. texts] } }, 1);
        byte[] file = picture.Write();

        Assert.Equal(texts, Picture.Read(file).Info.Metadata.Texts.ToArray());
        Assert.InRange(file.Length, 0, 2000);
    }

    [Fact]
    public void Blocks_of_other_formats_and_of_other_sample_layouts_are_not_written()
    {
        ImageMetadata metadata = new()
        {
            Blocks = [new("netpbm:x", new byte[3]), new("png:IDAT", new byte[3]), new("png:tRNS", new byte[2]), new("png:sBIT", new byte[] { 8, 8, 8 }), new("png:ab", new byte[1])],
        };
        byte[] file = Picture.Random(new(3, 3, new(1, 8)) { Metadata = metadata }, 1).Write();
        Assert.Equal(["IHDR", "IDAT", "IEND"], PngBuilder.Chunks(file).Select(c => c.Type));
    }
}
