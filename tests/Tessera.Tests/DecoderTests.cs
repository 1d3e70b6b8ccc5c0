using Tessera.Container;
using Tessera.Tests.Support;

namespace Tessera.Tests;

/// <summary>What a decoder makes of files that it did not write, and what it refuses.</summary>
public class DecoderTests
{
    [Fact]
    public async Task Channels_may_lie_in_segments_of_their_own()
    {
        using Raster image = TestImages.Noise(40, 40, channels: 4);
        var grid = new TileGrid(40, 40, 1, 16, 3);
        byte[] file = await Chunks.WriteAsync(Header(image, grid), async writer =>
        {
            await writer.WriteRawSegmentAsync(image, grid, 0, 4, 0, 3);
            await writer.WriteRawSegmentAsync(image, grid, 0, 9, 3, 1);
            await writer.WriteRawSegmentAsync(image, grid, 4, 5, 0, 1);
            await writer.WriteRawSegmentAsync(image, grid, 4, 5, 1, 2);
        });
        using Raster back = await Codec.DecodeAsync(file);
        Assert.True(image.HasSamePixels(back));
    }

    [Fact]
    public async Task An_unknown_model_is_named_with_its_version_and_hash_and_what_is_installed()
    {
        byte[] hash = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        var header = new ContainerHeader { Width = 4, Height = 4, Models = [new("idfpp/photo", 3, [.. hash])] };
        byte[] file = await Chunks.WriteAsync(header, w => w.WriteSegmentAsync(
            new() { FirstTile = 0, TileCount = 1, ChannelCount = 3, Runs = [new(0, 1)], SampleChecksum = 0 }, new byte[1]).AsTask());
        var decoder = new TesseraDecoder(new() { Registry = Codec.Registry(new RawModel("raw"), new RawModel("idfpp/photo", 2)) });
        var e = await Assert.ThrowsAsync<TesseraFormatException>(() => decoder.VerifyAsync(new MemoryStream(file)));
        Assert.Equal(
            "The file needs the model idfpp/photo version 3 (weights 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f), " +
            "which is not installed. Installed: raw version 1, idfpp/photo version 2.",
            e.Message);
    }

    [Fact]
    public async Task A_model_that_does_not_code_such_images_is_refused()
    {
        using Raster image = TestImages.Noise(4, 4);
        byte[] file = await Codec.EncodeAsync(image);
        var e = await Assert.ThrowsAsync<TesseraFormatException>(() => Codec.DecodeAsync(file, new RawModel { Accepts = _ => false }));
        Assert.Equal("The file names the model raw version 1, which does not code images of 3 channels of 8 bits.", e.Message);
    }

    [Fact]
    public async Task What_a_model_throws_becomes_a_format_error_that_names_it_and_the_place()
    {
        using Raster image = TestImages.Noise(40, 16);
        byte[] file = await Codec.EncodeAsync(image);
        var e = await Assert.ThrowsAsync<TesseraFormatException>(
            () => Codec.DecodeAsync(file, new RawModel { Decoding = _ => throw new KeyNotFoundException("oops") }));
        Assert.Equal(Chunks.Segment(file, 0).Offset, e.Offset);
        Assert.StartsWith("The model raw version 1 cannot decode the segment of tiles 0 to 2, channels 0 to 2: oops", e.Message, StringComparison.Ordinal);
        Assert.IsType<KeyNotFoundException>(e.InnerException);
    }

    [Fact]
    public async Task A_payload_that_the_model_refuses_is_an_error_that_says_where()
    {
        var header = new ContainerHeader { Width = 4, Height = 4, Models = [new("raw", 1)] };
        byte[] file = await Chunks.WriteAsync(header, w => w.WriteSegmentAsync(
            new() { FirstTile = 0, TileCount = 1, ChannelCount = 3, Runs = [new(0, 1)], SampleChecksum = 0 }, new byte[5]).AsTask());
        var e = await Assert.ThrowsAsync<TesseraFormatException>(() => Codec.DecodeAsync(file));
        Assert.Contains("There are 5 bytes of 96", e.Message, StringComparison.Ordinal);
        Assert.Equal(Chunks.Segment(file, 0).Offset, e.Offset);
    }

    [Fact]
    public async Task Samples_that_do_not_match_their_checksum_are_an_error_that_names_the_tiles()
    {
        using Raster image = TestImages.Noise(64, 16);
        var grid = new TileGrid(64, 16, 1, 16, 1);
        byte[] file = await Chunks.WriteAsync(Header(image, grid), async writer =>
        {
            await writer.WriteRawSegmentAsync(image, grid, 0, 2, 0, 3);
            await writer.WriteRawSegmentAsync(image, grid, 2, 2, 0, 3, checksumError: 1);
        });
        var e = await Assert.ThrowsAsync<TesseraFormatException>(() => Codec.DecodeAsync(file));
        Assert.StartsWith("The segment of tiles 2 to 3, channels 0 to 2 is damaged: its samples do not match their checksum", e.Message, StringComparison.Ordinal);
        Assert.Equal(Chunks.Segment(file, 1).Offset, e.Offset);
    }

    [Fact]
    public async Task Samples_above_the_bit_depth_are_an_error()
    {
        using Raster image = TestImages.Noise(16, 16, depth: 8);
        var grid = new TileGrid(16, 16, 1, 16, 1);
        byte[] file = await Chunks.WriteAsync(
            Header(image, grid) with { BitDepth = 5, WhiteLevel = 31 }, w => w.WriteRawSegmentAsync(image, grid, 0, 1, 0, 3).AsTask());
        var e = await Assert.ThrowsAsync<TesseraFormatException>(() => Codec.DecodeAsync(file));
        Assert.Contains("has samples above 31", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_pixels_than_the_limit_are_refused_from_the_header_alone()
    {
        using Raster image = TestImages.Noise(40, 40);
        byte[] file = await Codec.EncodeAsync(image);
        byte[] head = file[..(Chunks.Segment(file, 0).Offset + 3)];
        var options = new TesseraDecoderOptions { Registry = Codec.Registry(new RawModel()) };
        ContainerLimits[] limits = [new() { MaxPixels = 1599 }, new() { MaxBandSamples = (40 * 16 * 3) - 1 }];
        foreach (ContainerLimits limit in limits)
        {
            var sink = new CheckingSink();
            var e = await Assert.ThrowsAsync<TesseraFormatException>(
                () => new TesseraDecoder(options with { Limits = limit }).DecodeAsync(new MemoryStream(head), sink));
            Assert.Contains("limit", e.Message, StringComparison.Ordinal);
        }

        // A frame in memory is one allocation, and is limited like a band.
        var inMemory = new TesseraDecoder(options with { Limits = new() { MaxBandSamples = 40 * 16 * 3 } });
        await inMemory.VerifyAsync(new MemoryStream(file));
        await Assert.ThrowsAsync<TesseraFormatException>(() => inMemory.DecodeToRasterAsync(new MemoryStream(file)));
    }

    [Fact]
    public async Task A_file_cut_off_anywhere_is_a_format_error_that_says_at_which_byte()
    {
        using Raster image = TestImages.Create(new(40, 40, new(2, 3)) { FrameCount = 2 }, 3, withMetadata: true);
        byte[] file = await Codec.EncodeAsync(image);
        for (int length = 0; length < file.Length; length += length < 300 ? 1 : 37)
        {
            var e = await Assert.ThrowsAsync<TesseraFormatException>(() => Codec.DecodeAsync(file[..length]));
            Assert.InRange(e.Offset, 0, length);
        }
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_is_a_format_error()
    {
        using Raster image = TestImages.Create(new(40, 40, new(2, 3)), 3, withMetadata: true);
        byte[] file = await Codec.EncodeAsync(image);
        for (int i = 0; i < file.Length; i += i < 300 ? 1 : 41)
        {
            byte[] flipped = [.. file];
            flipped[i] ^= (byte)(1 << (i % 8));
            await Assert.ThrowsAsync<TesseraFormatException>(() => Codec.DecodeAsync(flipped));
        }
    }

    [Fact]
    public async Task Identify_needs_neither_models_nor_segments()
    {
        using Raster image = TestImages.Create(new(40, 40, new(4, 9, AlphaKind.Straight)) { WhiteLevel = 400 }, 3, withMetadata: true);
        byte[] file = await Codec.EncodeAsync(image);
        (int offset, _) = Chunks.Segment(file, 0);
        var decoder = new TesseraDecoder(new() { Registry = ModelRegistry.Empty });
        TesseraFileInfo info = await decoder.IdentifyAsync(new MemoryStream(file[..(offset + 8)]));
        Assert.Equal(image.Info, info.Info);
        Assert.Equal((16, 1), (info.Grid.TileSize, info.Grid.BandRows));
        Assert.Equal([new ModelIdentity("raw", 1)], info.Models);
    }

    [Fact]
    public async Task Identify_reads_little_more_than_it_needs()
    {
        using Raster image = TestImages.Noise(200, 200);
        using var file = new MemoryStream(await Codec.EncodeAsync(image));
        await new TesseraDecoder(new() { Registry = ModelRegistry.Empty }).IdentifyAsync(file);
        Assert.InRange(file.Position, 1, 512);
    }

    [Fact]
    public async Task Only_as_many_frames_are_decoded_as_asked_for()
    {
        using Raster image = TestImages.Noise(40, 40, frames: 4);
        using var file = new MemoryStream(await Codec.EncodeAsync(image));
        for (int frames = 1; frames <= 5; frames++)
        {
            file.Position = 0;
            int decoded = 0;
            var model = new RawModel { Decoding = tiles => Interlocked.Add(ref decoded, tiles.Tiles.Length) };
            using Raster back = await new TesseraDecoder(new() { Registry = Codec.Registry(model), MaxFrames = frames }).DecodeToRasterAsync(file);
            Assert.Equal(Math.Min(frames, 4), back.Info.FrameCount);
            Assert.Equal(9 * back.Info.FrameCount, decoded);
            for (int i = 0; i < back.Info.FrameCount; i++)
                Assert.Equal(image.Frames[i].Samples.Plane(2), back.Frames[i].Samples.Plane(2));
        }

        Assert.Throws<ArgumentException>(() => new TesseraDecoder(new() { Registry = ModelRegistry.Empty, MaxFrames = 0 }));
    }

    [Fact]
    public async Task A_sink_that_refuses_the_image_is_asked_before_anything_is_decoded()
    {
        byte[] file = await Codec.EncodeAsync(TestImages.Noise(40, 40));
        var decoder = Codec.Decoder(new RawModel { Decoding = _ => throw new InvalidOperationException("Decoded.") });
        var sink = new RasterSink(new() { MaxAllocation = 100 });
        var e = await Assert.ThrowsAsync<TesseraFormatException>(() => decoder.DecodeAsync(new MemoryStream(file), sink));
        Assert.Contains("100 are allowed", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_after_the_samples_come_with_the_completion()
    {
        var grid = new TileGrid(16, 16, 1, 16, 1);
        using Raster image = TestImages.Noise(16, 16);
        byte[] file = await Chunks.WriteAsync(Header(image, grid), async writer =>
        {
            await writer.WriteAncillaryAsync(ChunkType.Xmp, new byte[] { 1, 2 });
            await writer.WriteAncillaryAsync(new("zzzz"), new byte[] { 1, 2 });
            await writer.WriteRawSegmentAsync(image, grid, 0, 1, 0, 3);
            await writer.WriteAncillaryAsync(ChunkType.Text, new TextContent("Comment", "late").ToPayload());
        });
        using Raster back = await Codec.DecodeAsync(file);
        Assert.Equal(new TextEntry("Comment", "late"), Assert.Single(back.Info.Metadata.Texts));
        Assert.Equal(MetadataKinds.Xmp, Assert.Single(back.Info.Metadata.Blocks).Kind);
        FileReport report = await TesseraInspector.InspectAsync(new MemoryStream(file));
        Assert.Equal(back.Info, report.Info);
    }

    [Fact]
    public async Task A_report_accounts_for_every_segment()
    {
        using Raster image = TestImages.Create(new(50, 40, new(3, 8)) { FrameCount = 3 }, 11, withMetadata: true);
        byte[] file = await Codec.EncodeAsync(image);
        FileReport report = await TesseraInspector.InspectAsync(new MemoryStream(file));
        Assert.Equal(file.Length, report.ByteCount);
        Assert.Equal(image.Info, report.Info);
        Assert.Equal(image.Frames.Select(f => f.Info), report.Frames);
        Assert.Equal(image.Info.PixelCount * 3, report.Segments.Sum(s => s.SampleCount));
        Assert.Equal(
            Chunks.List(file).Where(c => c.Type == "SEGM").Select(c => (c.Offset, c.Length)),
            report.Segments.Select(s => ((int)s.Offset, (int)s.ByteCount)));
        Assert.All(report.Segments, s => Assert.Equal(2 * s.SampleCount, s.PayloadLength));
        Assert.True(report.BitsPerSubpixel > 16);
    }

    private static ContainerHeader Header(Raster image, TileGrid grid) => new()
    {
        Width = image.Info.Width,
        Height = image.Info.Height,
        Channels = image.Info.Format.Channels,
        BitDepth = image.Info.Format.BitDepth,
        TileSize = grid.TileSize,
        BandRows = grid.BandRows,
        Models = [new("raw", 1)],
    };
}
