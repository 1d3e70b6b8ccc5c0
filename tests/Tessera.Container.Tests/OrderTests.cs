namespace Tessera.Container.Tests;

/// <summary>Files whose chunks are each in order, but not together.</summary>
public class OrderTests
{
    private static readonly (string Type, byte[] Payload) Head = ("HEAD", RawFile.SmallHead);
    private static readonly (string Type, byte[] Payload) Segm = ("SEGM", RawFile.SmallSegment);
    private static readonly (string Type, byte[] Payload) Indx = ("INDX", RawFile.Index(29, 12, 0, 1, 0));

    // Two tiles side by side, two such bands, two frames: tiles 0 and 1, 2 and 3 | 4 and 5, 6 and 7.
    private static readonly (string Type, byte[] Payload) BigHead =
        ("HEAD", RawFile.Hex("84 00 CD 02 00 01 CD 02 00 07 02 09 91 92 A1 61 01"));

    [Theory]
    [InlineData("SEGM HEAD INDX", "first chunk is of type SEGM; it must be HEAD")]
    [InlineData("INDX", "first chunk is of type INDX")]
    [InlineData("HEAD HEAD SEGM INDX", "a second HEAD")]
    [InlineData("HEAD INDX", "No segment holds tiles 0 to 0 of channel 0")]
    [InlineData("HEAD SEGM SEGM INDX", "Tile 0 of channel 0 comes a second time")]
    [InlineData("HEAD SEGM", "ends without an index")]
    [InlineData("HEAD SEGM INDX INDX", "Bytes follow the index")]
    [InlineData("HEAD SEGM INDX iccp", "Bytes follow the index")]
    public void Chunks_come_in_one_order(string order, string fault) =>
        AssertFault(fault, [.. order.Split(' ').Select(type => type switch
        {
            "HEAD" => Head,
            "SEGM" => Segm,
            "INDX" => Indx,
            _ => (type, [1]),
        })]);

    [Fact]
    public async Task The_type_of_the_next_chunk_is_known_before_the_chunk_is_there()
    {
        byte[] file = RawFile.Build(Head, ("xmpp", [1, 2]), Segm, ("INDX", RawFile.Index(29 + 14, 12, 0, 1, 0)));
        int segment = file.AsSpan().IndexOf("SEGM"u8);
        var pipe = new System.IO.Pipelines.Pipe();
        await pipe.Writer.WriteAsync(file.AsMemory(0, segment + ContainerFormat.ChunkHeadLength));
        var reader = new ContainerReader(pipe.Reader);
        Assert.Equal(ChunkType.Xmp, await reader.PeekChunkTypeAsync());
        Assert.Equal(ChunkType.Xmp, await reader.PeekChunkTypeAsync());
        Assert.IsType<AncillaryItem>(await reader.ReadNextAsync());
        Assert.Equal(ChunkType.Segment, await reader.PeekChunkTypeAsync());

        await pipe.Writer.WriteAsync(file.AsMemory(segment + ContainerFormat.ChunkHeadLength));
        await pipe.Writer.CompleteAsync();
        Assert.IsType<SegmentItem>(await reader.ReadNextAsync());
        Assert.Equal(ChunkType.Index, await reader.PeekChunkTypeAsync());
        Assert.IsType<EndItem>(await reader.ReadNextAsync());
        Assert.Null(await reader.PeekChunkTypeAsync());
    }

    [Fact]
    public void An_unknown_critical_chunk_is_refused_by_name()
    {
        AssertFault("critical chunk of type NEWS", Head, ("NEWS", [1]), Segm, Indx);
        byte[] file = RawFile.Build(Head, ("NEWS", [1]), Segm, Indx);
        Assert.Throws<TesseraFormatException>(() => Files.Read(file, recovery: RecoveryMode.SkipDamage));
    }

    [Fact]
    public void An_unknown_ancillary_chunk_may_come_anywhere()
    {
        (string, byte[]) news = ("news", [1, 2, 3]);
        byte[] file = RawFile.Build(Head, news, Segm, news, ("INDX", RawFile.Index(44, 12, 0, 1, 0)));
        List<ContainerItem> items = Files.Read(file);
        IEnumerable<ChunkType> unknown = items.OfType<AncillaryItem>().Select(item => item.Type).Where(type => !type.IsKnown);
        Assert.Equal([new("news"), new("news")], unknown);
    }

    [Fact]
    public void A_type_that_is_not_letters_is_refused() =>
        AssertFault("type is SE\\x00M, not four letters", Head, ("SE\0M", []), Segm, Indx);

    [Theory]
    [InlineData("00 00 02;00 02 02;00 06 02", "No segment holds tiles 4 to 5 of channel 0")]
    [InlineData("00 00 02;00 02 02;00 04 02", "No segment holds tiles 6 to 7 of channel 0")]
    [InlineData("00 01 01", "No segment holds tiles 0 to 0 of channel 0")]
    [InlineData("00 00 02;00 00 02", "Tile 0 of channel 0 comes a second time")]
    [InlineData("00 00 02;00 01 01", "Tile 1 of channel 0 comes a second time")]
    [InlineData("00 02 02;00 00 02", "No segment holds tiles 0 to 1 of channel 0")]
    [InlineData("00 00 03", "crosses the end of its band, tile 2")]
    [InlineData("00 00 02;00 02 02;00 04 04", "crosses the end of its band, tile 6")]
    [InlineData("00 00 02;00 02 03", "crosses the end of its band, tile 4")]
    [InlineData("00 08 01", "begins at tile 8, but the image has 8 tiles")]
    [InlineData("00 FF FF FF FF FF FF FF FF 7F 01", "begins at tile 9223372036854775807, but")]
    [InlineData("01 00 02 00 01;01 00 02 02 01;01 00 02 01 01", "comes after the one of tile 0, channel 2")]
    [InlineData("01 00 02 00 01;01 00 01 01 02;00 02 02", "No segment holds tiles 1 to 1 of channel 1")]
    [InlineData("01 00 02 00 01;01 00 01 00 02", "Tile 0 of channel 0 comes a second time")]
    public void Every_channel_of_every_tile_comes_once_and_in_order(string segments, string fault)
    {
        IEnumerable<(string, byte[])> chunks = segments.Split(';').Select(hex => ("SEGM", (byte[])[.. RawFile.Hex(hex), 0, 0, 0, 0]));
        AssertFault(fault, [BigHead, .. chunks, ("INDX", RawFile.Index())]);
    }

    [Theory]
    [InlineData("04 00 02", "flags are 0x04")]
    [InlineData("00 80 00 02", "first tile is not in its shortest form")]
    [InlineData("00 FF FF FF FF FF FF FF FF FF 01 02", "more than 63 bits")]
    [InlineData("00 00 00", "tile count is 0")]
    [InlineData("00 00 81 80 40", "tile count is 1048577; it may be 1 to 1048576")]
    [InlineData("01 00 02 03 01", "first channel is 3; it may be 0 to 2")]
    [InlineData("01 00 02 00 00", "channel count is 0")]
    [InlineData("01 00 02 01 03", "channel count is 3; it may be 1 to 2")]
    [InlineData("01 00 02 00 03", "gives channels although it has all of them")]
    [InlineData("02 00 02 00 00", "gives its runs although the first model coded all")]
    [InlineData("02 00 02 00 01", "model is 1; it may be 0 to 0")]
    [InlineData("02 00 02 02 00", "number of runs less one is 2; it may be 0 to 1")]
    [InlineData("02 00 02 01 00 00", "tile count of a run is 0")]
    [InlineData("02 00 02 01 00 02", "tile count of a run is 2; it may be 1 to 1")]
    public void A_segment_header_has_one_form(string header, string fault) =>
        AssertFault(fault, BigHead, ("SEGM", [.. RawFile.Hex(header), 0, 0, 0, 0]), Indx);

    [Theory]
    [InlineData("", "ends before its flags")]
    [InlineData("00 00 02 00 00 00", "ends before its sample checksum")]
    public void A_segment_header_that_is_cut_short_says_what_is_missing(string payload, string fault) =>
        AssertFault(fault, BigHead, ("SEGM", RawFile.Hex(payload)), Indx);

    [Theory]
    [InlineData("fram:80 fram:80", "comes after that of frame 0")]
    [InlineData("fram:81.00.02", "the image has 2 frames")]
    [InlineData("fram:81.00.01", "does not come just before the frame's first segment")]
    [InlineData("SEGM:00.00.02 fram:80", "does not come just before the frame's first segment")]
    [InlineData("SEGM:00.00.02 iccp:00", "comes between segments")]
    [InlineData("SEGM:00.00.02 SEGM:00.02.02 text:90", "comes between segments")]
    [InlineData("fram:80 SEGM:00.00.02 exif:00", "comes between segments")]
    [InlineData("SEGM:00.00.02 SEGM:00.02.02 fram:81.00.01 INDX:", "fram chunk of frame 1 is not followed by the frame")]
    [InlineData("fram:81.00.00", "default, 0, which must be left out")]
    [InlineData("fram:81.02.01", "default, 1, which must be left out")]
    [InlineData("fram:81.02.00", "denominator is 0")]
    [InlineData("fram:81.03.00", "key 3, which version 1.0 does not define")]
    [InlineData("text:91.A0", "last part of a text is empty")]
    [InlineData("text:95.A0.A0.A0.A0.A1.41", "5 parts")]
    [InlineData("text:91.A1.FF", "not valid UTF-8")]
    [InlineData("meta:91.A0", "1 parts, not 2")]
    [InlineData("meta:92.A1.41.A1.41", "is of kind String, not Binary")]
    public void Ancillary_chunks_have_their_place_and_form(string chunks, string fault) =>
        AssertFault(fault, [BigHead, .. chunks.Split(' ').Select(chunk =>
        {
            byte[] payload = RawFile.Hex(chunk[5..].Replace('.', ' '));
            return (chunk[..4], chunk[..4] == "SEGM" ? [.. payload, 0, 0, 0, 0] : payload);
        })]);

    [Theory]
    [InlineData("29 0C 00 01 00", "does not agree with the segments (at byte 82)")]
    [InlineData("2A 0D 00 01 00", "beyond its own start")]
    [InlineData("2A 0B 00 01 00", "does not agree with the segments (at byte 83)")]
    [InlineData("2A 0C 01 01 00", "begins at tile 1, but the image has 1 tiles")]
    [InlineData("2A 0C 00 02 00", "but the image has 1 tiles")]
    [InlineData("2A 0C 00 01 01 00", "No segment holds tiles 0 to 0 of channel 1")]
    [InlineData("2A 0C 00 01 03", "channel count is 3; it may be 0 to 2")]
    [InlineData("2A 8C 00 00 01 00", "segment length is not in its shortest form")]
    [InlineData("2A 0C 00 01", "ends before its channel count")]
    [InlineData("", "No segment holds")]
    [InlineData("2A 0C 00 01 00 00 0C 00 01 00", "beyond its own start")]
    public void An_index_that_does_not_agree_is_refused(string entries, string fault) =>
        AssertFault(fault, Head, ("news", [1]), Segm, ("INDX", RawFile.Index(RawFile.Hex(entries))));

    [Theory]
    [InlineData("1D 0C 00 01 00 14 00 00 00", "says that it has 20 bytes; it has 21")]
    [InlineData("15 00 00", "ends before its length")]
    public void An_index_gives_its_own_length(string payload, string fault) =>
        AssertFault(fault, Head, Segm, ("INDX", RawFile.Hex(payload)));

    private static void AssertFault(string fault, params (string Type, byte[] Payload)[] chunks)
    {
        byte[] file = RawFile.Build(chunks);
        var exception = Assert.Throws<TesseraFormatException>(() => Files.Read(file));
        Assert.Contains(fault, exception.Message, StringComparison.Ordinal);
        Assert.InRange(exception.Offset, 0, file.Length);
    }
}
