namespace Tessera.Container.Tests;

public class HeaderTests
{
    private const string Models = "09 91 92 A7 63 6C 61 73 73 69 63 01";

    [Theory]
    [InlineData("83 00 03 01 02 " + Models, "")]
    [InlineData("82 01 02 " + Models, "0 x 2 pixels")]
    [InlineData("82 00 03 01 02", "model table has 0 entries")]
    [InlineData("83 01 02 00 03 " + Models, "Key 0 of the header follows key 1; keys must ascend (at byte 3)")]
    [InlineData("84 00 03 00 03 01 02 " + Models, "keys must ascend (at byte 3)")]
    [InlineData("83 00 CC 03 01 02 " + Models, "width is not in its shortest form (at byte 2)")]
    [InlineData("83 00 CE 80 00 00 00 01 02 " + Models, "width is 2147483648; it may be at most 2147483647 (at byte 2)")]
    [InlineData("83 00 A1 31 01 02 " + Models, "width is of kind String, not UInt (at byte 2)")]
    [InlineData("84 00 03 01 02 02 03 " + Models, "number of channels is the default, 3, which must be left out (at byte 6)")]
    [InlineData("84 00 03 01 02 02 00 " + Models, "0 channels")]
    [InlineData("84 00 03 01 02 02 05 " + Models, "5 channels")]
    [InlineData("84 00 03 01 02 03 00 " + Models, "samples have 0 bits")]
    [InlineData("84 00 03 01 02 03 11 " + Models, "samples have 17 bits")]
    [InlineData("84 00 03 01 02 04 03 " + Models, "alpha kind is 3")]
    [InlineData("85 00 03 01 02 02 01 04 01 " + Models, "only channel is alpha")]
    [InlineData("84 00 03 01 02 05 CD 01 00 " + Models, "tile size is the default, 256")]
    [InlineData("84 00 03 01 02 05 00 " + Models, "tile size is 0")]
    [InlineData("84 00 03 01 02 05 CD 40 01 " + Models, "tile size is 16385")]
    [InlineData("84 00 03 01 02 06 00 " + Models, "0 rows")]
    [InlineData("84 00 03 01 02 07 00 " + Models, "0 frames")]
    [InlineData("84 00 03 01 02 08 CC FF " + Models, "white level is the default, 255")]
    [InlineData("84 00 03 01 02 08 00 " + Models, "white level is 0")]
    [InlineData("84 00 03 01 02 08 CD 01 00 " + Models, "white level is 256")]
    [InlineData("84 00 03 01 02 " + Models + " 0A 00", "key 10, which version 1.0 does not define")]
    [InlineData("83 00 03 01 02 09 90", "model table has 0 entries")]
    [InlineData("83 00 03 01 02 09 91 91 A1 61", "A model has 1 parts")]
    [InlineData("83 00 03 01 02 09 91 92 A0 01", "A model's name")]
    [InlineData("83 00 03 01 02 09 91 92 A1 41 01", "A model's name")]
    [InlineData("83 00 03 01 02 09 91 92 A1 61 00", "version of model a is 0")]
    [InlineData("83 00 03 01 02 09 91 93 A1 61 01 C4 00", "weights hash has 0 bytes")]
    [InlineData("83 00 03 01 02 09 92 92 A1 61 01 92 A1 61 01", "names a version 1 twice")]
    [InlineData("83 00 03 01 02 " + Models + " 00", "1 bytes too many")]
    [InlineData("84 00 03 01 02 " + Models, "ends within")]
    [InlineData("92 00 03", "kind Array, not Map")]
    public void Only_the_one_canonical_form_is_read(string payload, string fault)
    {
        byte[] bytes = RawFile.Hex(payload);
        if (fault.Length == 0)
        {
            Assert.Equal(Files.SmallHeader, ContainerHeader.Parse(bytes, FormatVersion.Current));
            Assert.Equal(bytes, Files.SmallHeader.ToPayload());
        }
        else
        {
            var exception = Assert.Throws<TesseraFormatException>(() => ContainerHeader.Parse(bytes, FormatVersion.Current));
            Assert.Contains(fault, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Keys_that_a_higher_minor_version_adds_are_ignored()
    {
        byte[] payload = RawFile.Hex("84 00 03 01 02 " + Models + " 0A 82 A1 78 C0 00 93 01 FF C3");
        ContainerHeader header = ContainerHeader.Parse(payload, new FormatVersion(1, 1));
        Assert.Equal(Files.SmallHeader with { Version = new FormatVersion(1, 1) }, header);
    }

    [Fact]
    public void Values_of_unknown_keys_must_be_canonical_too()
    {
        byte[] payload = RawFile.Hex("84 00 03 01 02 " + Models + " 0A CC 01");
        Assert.Throws<TesseraFormatException>(() => ContainerHeader.Parse(payload, new FormatVersion(1, 1)));
    }

    [Fact]
    public void A_file_of_a_higher_minor_version_is_read()
    {
        byte[] file = RawFile.Build(
            1,
            7,
            ("HEAD", RawFile.Hex("84 00 03 01 02 " + Models + " 63 01")),
            ("newy", [1, 2, 3]),
            ("SEGM", RawFile.SmallSegment),
            ("INDX", RawFile.Index(46, 12, 0, 1, 0)));
        List<ContainerItem> items = Files.Read(file);
        Assert.False(Assert.IsType<AncillaryItem>(items[0]).Type.IsKnown);
        Assert.IsType<SegmentItem>(items[1]);
        Assert.IsType<EndItem>(items[2]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(255)]
    public void A_file_of_another_major_version_is_refused_by_name(byte major)
    {
        byte[] file = RawFile.Build(major, 3, ("HEAD", RawFile.SmallHead));
        var fault = Assert.Throws<TesseraFormatException>(() => Files.Read(file));
        Assert.Contains($"The file is of version {major}.3", fault.Message, StringComparison.Ordinal);
        Assert.Equal(6, fault.Offset);
        Assert.Throws<TesseraFormatException>(() => Files.Read(file, recovery: RecoveryMode.SkipDamage));
    }

    [Fact]
    public void More_pixels_than_can_be_counted_are_refused()
    {
        var header = new ContainerHeader
        {
            Width = int.MaxValue,
            Height = int.MaxValue,
            FrameCount = int.MaxValue,
            TileSize = ContainerFormat.MaxTileSize,
            Models = [new("classic", 1)],
        };
        Assert.Throws<ArgumentException>(header.Validate);
        (header with { FrameCount = 1 }).Validate();
    }

    [Fact]
    public void A_band_has_a_limited_number_of_tiles()
    {
        var header = new ContainerHeader { Width = 1 << 20, Height = 2, TileSize = 1, BandRows = 1, Models = [new("classic", 1)] };
        header.Validate();
        Assert.Throws<ArgumentException>((header with { BandRows = 2 }).Validate);
        Assert.Throws<ArgumentException>((header with { BandRows = int.MaxValue }).Validate);
        (header with { BandRows = int.MaxValue, Height = 1 }).Validate();
    }

    [Fact]
    public void Headers_and_references_compare_by_content()
    {
        byte[] hash = new byte[32];
        ContainerHeader Make() => Files.SmallHeader with { Models = [new("a", 1, [.. hash]), new("b", 2)], WhiteLevel = 255 };
        Assert.Equal(Make(), Make());
        Assert.Equal(Make().GetHashCode(), Make().GetHashCode());
        Assert.NotEqual(Make(), Make() with { Models = [new("a", 1, [.. hash])] });
        Assert.NotEqual(Make(), Make() with { WhiteLevel = 254 });
        Assert.Equal(Files.Segment(0, 4), Files.Segment(0, 4));
        Assert.NotEqual(Files.Segment(0, 4), Files.Segment(0, 4) with { Runs = [new(0, 3), new(0, 1)] });
    }
}
