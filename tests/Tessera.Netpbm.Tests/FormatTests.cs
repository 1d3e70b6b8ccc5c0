using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Netpbm.Tests;

public class FormatTests
{
    [Fact]
    public void Any_picture_comes_back_from_pam()
    {
        var pictures =
            from depth in Gen.Choose(1, 16)
            from white in Gen.Choose(1 << (depth - 1), (1 << depth) - 1)
            from format in Gen.Elements((1, AlphaKind.None), (2, AlphaKind.None), (2, AlphaKind.Straight), (3, AlphaKind.None), (4, AlphaKind.None), (4, AlphaKind.Straight))
            from width in Gen.Choose(1, 70)
            from height in Gen.Choose(1, 9)
            from seed in Gen.Choose(0, int.MaxValue)
            select Picture.Random(new(width, height, new(format.Item1, depth, format.Item2)) { WhiteLevel = white }, seed);
        Prop.ForAll(pictures.ToArbitrary(), picture => Picture.Read(picture.Write(".pam", 1 + (picture.Info.Width % 4))).ShouldEqual(picture)).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(1, 1, "P4")]
    [InlineData(1, 5, "P5")]
    [InlineData(1, 16, "P5")]
    [InlineData(3, 1, "P6")]
    [InlineData(3, 8, "P6")]
    public void Without_alpha_the_smallest_variant_is_chosen(int channels, int depth, string magic)
    {
        foreach (string extension in new[] { "", ".pnm" })
        {
            Picture picture = Picture.Random(new(19, 5, new(channels, depth)), 1);
            byte[] file = picture.Write(extension);
            Assert.StartsWith(magic, Encoding.Latin1.GetString(file), StringComparison.Ordinal);
            Picture.Read(file).ShouldEqual(picture);
        }
    }

    [Fact]
    public void With_alpha_and_without_an_extension_the_file_is_pam()
    {
        Picture picture = Picture.Random(new(3, 5, new(4, 8, AlphaKind.Straight)), 1);
        Assert.Equal("P7\nWIDTH 3\nHEIGHT 5\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n"u8, picture.Write().AsSpan()[..^60]);
    }

    [Fact]
    public void A_bitmap_s_one_is_black()
    {
        Picture picture = new(new(9, 1, new(1, 1)), [[1, 1, 0, 1, 1, 1, 1, 0, 0]]);
        Assert.Equal([.. "P4\n9 1\n"u8, 0b00100001, 0b10000000], picture.Write(".pbm"));
    }

    [Fact]
    public void Comments_in_the_header_come_back()
    {
        Picture read = Picture.Read([.. "P5#one\n # two \u00e9 \n2#within\n #\n1 255\n"u8, 7, 9]);
        Assert.Equal([new("Comment", "one\ntwo \u00e9 \nwithin\n")], read.Info.Metadata.Texts.ToArray());
        Assert.Equal([[7, 9]], read.Planes);
        byte[] written = read.Write(".pgm");
        Assert.Equal([.. "P5\n# one\n# two \u00e9 \n# within\n# \n2 1\n255\n"u8, 7, 9], written);
        Picture.Read(written).ShouldEqual(read);
        Picture.Read(read.Write(".pam")).ShouldEqual(read);
    }

    [Fact]
    public void Plain_files_may_be_written_by_hand()
    {
        Assert.Equal([[0, 1, 1, 0]], Picture.Read([.. "P1 2 2 1 0\n01"u8]).Planes);
        Assert.Equal([[0, 65535], [1, 2], [3, 4]], Picture.Read([.. "P3\t2 1\r\n65535 0 1 3\n\n65535 2\v4"u8]).Planes);
    }

    [Theory]
    [InlineData(".pbm", 1, 8, AlphaKind.None)]
    [InlineData(".pgm", 3, 8, AlphaKind.None)]
    [InlineData(".ppm", 1, 8, AlphaKind.None)]
    [InlineData(".ppm", 4, 8, AlphaKind.Straight)]
    [InlineData(".pnm", 2, 8, AlphaKind.Straight)]
    [InlineData(".pnm", 4, 8, AlphaKind.None)]
    public void What_a_variant_cannot_hold_is_refused_with_a_way_out(string extension, int channels, int depth, AlphaKind alpha)
    {
        Picture picture = Picture.Random(new(2, 2, new(channels, depth, alpha)), 1);
        NotSupportedException e = Assert.Throws<NotSupportedException>(() => picture.Write(extension));
        Assert.Contains("Use .pam", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_netpbm_cannot_hold_is_refused_with_a_reason()
    {
        (string Words, Action Act)[] cases =
        [
            ("one frame", () => Picture.Random(new(1, 1, new(1, 8)), 1).With(i => i with { FrameCount = 2 }).Write()),
            ("straight alpha only", () => Picture.Random(new(1, 1, new(2, 8, AlphaKind.Premultiplied)), 1).Write()),
            ("extension '.jpg'", () => Picture.Random(new(1, 1, new(1, 8)), 1).Write(".jpg")),
            ("above the white level 100", () => new Picture(new(1, 1, new(1, 7)) { WhiteLevel = 100 }, [[101]]).Write()),
        ];
        foreach ((string words, Action act) in cases)
            Assert.Contains(words, Assert.Throws<NotSupportedException>(act).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kept_tuple_type_cannot_break_the_header()
    {
        ImageMetadata metadata = new() { Blocks = [new("netpbm:TUPLTYPE", "X\nENDHDR"u8.ToArray())] };
        Picture picture = Picture.Random(new(1, 1, new(2, 8)) { Metadata = metadata }, 1);
        Assert.DoesNotContain("TUPLTYPE", Encoding.Latin1.GetString(picture.Write(".pam")), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_known_by_their_first_bytes()
    {
        var format = new NetpbmFormat();
        Assert.True(format.Matches("P1\n"u8));
        Assert.True(format.Matches("P7\n"u8));
        Assert.True(format.Matches("P6#c"u8));
        Assert.False(format.Matches("P8\n"u8));
        Assert.False(format.Matches("P6"u8));
        Assert.False(format.Matches("PNG"u8));
    }
}
