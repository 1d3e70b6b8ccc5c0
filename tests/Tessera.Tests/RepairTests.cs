using System.Collections.Immutable;
using Tessera.Container;
using Tessera.Tests.Support;

namespace Tessera.Tests;

/// <summary>What a repair makes: a valid file with all that is whole, and with a list of what is not.</summary>
public class RepairTests
{
    // 5 x 4 tiles a frame, one row of tiles a band, segments of 3 and 2 tiles.
    private static readonly TileGrid Grid = new(80, 60, 2, 16, 1);

    [Fact]
    public async Task A_file_that_is_whole_stays_as_it_is()
    {
        using Raster image = Image();
        byte[] file = await Codec.EncodeAsync(image);
        (byte[] repaired, RepairSummary summary) = await Repair(file);
        Assert.Equal(file, repaired);
        Assert.True(summary.Found.IsWhole);
        Assert.Empty(summary.Lost);
        Assert.Equal((16, 0, (long)file.Length), (summary.CopiedSegmentCount, summary.FilledSegmentCount, summary.ByteCount));
    }

    [Fact]
    public async Task A_file_without_its_index_is_as_it_was()
    {
        using Raster image = Image();
        byte[] file = await Codec.EncodeAsync(image);
        (byte[] repaired, RepairSummary summary) = await Repair(file[..Chunks.List(file)[^1].Offset]);
        Assert.Equal(file, repaired);
        Assert.False(summary.Found.IsWhole);
        Assert.Empty(summary.Lost);
    }

    [Fact]
    public async Task A_lost_segment_becomes_zeros_and_is_named_and_all_others_are_copied()
    {
        using Raster image = Image();
        byte[] file = await Codec.EncodeAsync(image);
        for (int i = 0; i < 16; i++)
        {
            byte[] damaged = [.. file];
            (int offset, int length) = Chunks.Segment(file, i);
            damaged[offset + (length / 2)] ^= 0x10;
            (byte[] repaired, RepairSummary summary) = await Repair(damaged);
            Assert.Equal([new LostRange((i / 2 * 5L) + (i % 2 * 3), i % 2 == 0 ? 3 : 2, 0, 3)], summary.Lost.ToArray());
            Assert.Equal((15, 1), (summary.CopiedSegmentCount, summary.FilledSegmentCount));
            await AssertHolds(repaired, image, summary.Lost);
            for (int other = 0; other < 16; other++)
            {
                if (other != i)
                    Assert.Equal(Bytes(file, Chunks.Segment(file, other)), Bytes(repaired, Chunks.Segment(repaired, other)));
            }
        }
    }

    [Fact]
    public async Task A_file_of_any_length_becomes_a_valid_one()
    {
        using Raster image = TestImages.Create(new(12, 12, new(1, 8)) { FrameCount = 2 }, 5, withMetadata: true);
        var model = new RawModel { Tiling = new(4, 1), SegmentTiles = 2 };
        byte[] file = await Codec.EncodeAsync(image, model);
        int head = Chunks.List(file)[1].Offset;
        for (int length = 0; length < file.Length; length++)
        {
            if (length < head)
            {
                await Assert.ThrowsAsync<TesseraFormatException>(() => Repair(file[..length]));
                continue;
            }

            (byte[] repaired, RepairSummary summary) = await Repair(file[..length]);
            await AssertHolds(repaired, image, summary.Lost, new TileGrid(12, 12, 2, 4, 1));
        }
    }

    [Fact]
    public async Task Channels_that_are_lost_are_filled_alone()
    {
        using Raster image = TestImages.Noise(80, 60);
        var grid = new TileGrid(80, 60, 1, 16, 4);
        var header = new ContainerHeader { Width = 80, Height = 60, TileSize = 16, BandRows = 4, Models = [new("raw", 1)] };
        byte[] file = await Chunks.WriteAsync(header, async writer =>
        {
            await writer.WriteRawSegmentAsync(image, grid, 0, 20, 0, 1);
            await writer.WriteRawSegmentAsync(image, grid, 0, 20, 1, 1, checksumError: 1);
            await writer.WriteRawSegmentAsync(image, grid, 0, 20, 2, 1);
        });
        (byte[] repaired, RepairSummary summary) = await Repair(file);
        Assert.Equal([new LostRange(0, 20, 1, 1)], summary.Lost.ToArray());
        await AssertHolds(repaired, image, summary.Lost, grid);
    }

    [Fact]
    public async Task A_model_that_cannot_fill_is_passed_over_for_one_that_can()
    {
        using Raster image = Image();
        var first = new RawModel("fragile") { Encoding = _ => throw new NotSupportedException("as planned") };
        byte[] file = await Codec.EncodeAsync(image, new RawModel("fragile"));
        (int offset, int length) = Chunks.Segment(file, 2);
        file[offset + (length / 2)] ^= 1;
        (byte[] repaired, RepairSummary summary) = await Repair(file, first, new RawModel());
        await AssertHolds(repaired, image, summary.Lost, Grid, first, new RawModel());
        TesseraFileInfo info = await new TesseraDecoder(new() { Registry = Codec.Registry() }).IdentifyAsync(new MemoryStream(repaired));
        Assert.Equal(["fragile", "raw"], info.Models.Select(m => m.Id));

        var e = await Assert.ThrowsAsync<TesseraFormatException>(() => Repair(file, first));
        Assert.Contains("No installed model codes channels 0 to 2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_lost_before_is_remembered_when_more_is_lost()
    {
        using Raster image = Image();
        byte[] file = await Codec.EncodeAsync(image);
        file[Chunks.Segment(file, 9).Offset + 100] ^= 1;
        (byte[] once, _) = await Repair(file);
        once[Chunks.Segment(once, 4).Offset + 100] ^= 1;
        once[Chunks.Segment(once, 9).Offset + 100] ^= 1;
        (byte[] twice, RepairSummary summary) = await Repair(once);
        Assert.Equal([new LostRange(10, 3, 0, 3), new LostRange(23, 2, 0, 3)], summary.Lost.ToArray());
        await AssertHolds(twice, image, summary.Lost);

        // A repaired file is whole: it stays as it is.
        Assert.Equal(twice, (await Repair(twice)).File);
    }

    [Fact]
    public async Task Chunks_of_types_that_nobody_knows_are_kept()
    {
        using Raster image = TestImages.Noise(80, 60, frames: 1);
        var grid = new TileGrid(80, 60, 1, 16, 4);
        var header = new ContainerHeader { Width = 80, Height = 60, TileSize = 16, BandRows = 4, Models = [new("raw", 1)] };
        byte[] file = await Chunks.WriteAsync(header, async writer =>
        {
            await writer.WriteAncillaryAsync(new("newa"), new byte[] { 1, 2 });
            await writer.WriteRawSegmentAsync(image, grid, 0, 10, 0, 3);
            await writer.WriteAncillaryAsync(new("newb"), new byte[] { 3 });
            await writer.WriteRawSegmentAsync(image, grid, 10, 10, 0, 3, checksumError: 1);
        });
        (byte[] repaired, RepairSummary summary) = await Repair(file);
        Assert.Equal(["HEAD", "meta", "newa", "SEGM", "newb", "SEGM", "INDX"], Chunks.List(repaired).Select(c => c.Type));
        await AssertHolds(repaired, image, summary.Lost, grid);
    }

    [Fact]
    public async Task Metadata_that_no_encoder_writes_are_kept()
    {
        using Raster image = TestImages.Noise(80, 60);
        var grid = new TileGrid(80, 60, 1, 16, 4);
        var header = new ContainerHeader { Width = 80, Height = 60, TileSize = 16, BandRows = 4, Models = [new("raw", 1)] };
        byte[] file = await Chunks.WriteAsync(header, async writer =>
        {
            await writer.WriteAncillaryAsync(ChunkType.Metadata, new MetadataContent("", new byte[] { 1, 2 }).ToPayload());
            await writer.WriteRawSegmentAsync(image, grid, 0, 20, 0, 3, checksumError: 1);
        });
        (byte[] repaired, _) = await Repair(file);
        Assert.Equal(["HEAD", "meta", "meta", "SEGM", "INDX"], Chunks.List(repaired).Select(c => c.Type));
        Assert.Equal(file[Chunks.List(file)[1].Offset..Chunks.List(file)[2].Offset], Bytes(repaired, (Chunks.List(repaired)[1].Offset, Chunks.List(repaired)[1].Length)));
    }

    [Theory]
    [InlineData("90")]
    [InlineData("91 94 00 00 00 03")]
    [InlineData("91 94 00 29 00 03")]
    [InlineData("91 94 00 01 00 04")]
    [InlineData("91 94 00 01 03 01")]
    [InlineData("91 93 00 01 00")]
    [InlineData("92 94 05 01 00 03 94 05 01 00 03")]
    [InlineData("91 94 00 01 00 03 00")]
    [InlineData("91 94 00 CC 01 00 03")]
    public void A_list_of_lost_tiles_that_is_not_canonical_or_not_of_the_image_is_refused(string data)
    {
        var header = new ContainerHeader { Width = 80, Height = 60, FrameCount = 2, TileSize = 16, Models = [new("raw", 1)] };
        byte[] bytes = Convert.FromHexString(data.Replace(" ", "", StringComparison.Ordinal));
        Assert.Throws<TesseraFormatException>(() => LostTilesContent.Parse(bytes, header));
    }

    [Fact]
    public void A_list_of_lost_tiles_is_stored_as_the_specification_says()
    {
        var header = new ContainerHeader { Width = 80, Height = 60, FrameCount = 2, TileSize = 16, Models = [new("raw", 1)] };
        var lost = new LostTilesContent([new(3, 2, 0, 3), new(30, 10, 1, 1)]);
        Assert.Equal("92940302000394" + "1E0A0101", Convert.ToHexString(lost.ToData(header)));
        Assert.Equal(lost, LostTilesContent.Parse(lost.ToData(header), header));
    }

    [Fact]
    public async Task A_stream_that_does_not_seek_is_refused()
    {
        await using var stream = new CountedStream([], new(-1, _ => Task.CompletedTask), seeks: false);
        await Assert.ThrowsAsync<ArgumentException>(() => new TesseraRepairer(new() { Registry = Codec.Registry(new RawModel()) }).RepairAsync(stream, Stream.Null));
    }

    private static Raster Image()
    {
        Raster noise = TestImages.Noise(80, 60, frames: 2);
        return new(noise.Info with { Metadata = new() { Texts = [new("Title", "A title")] } }, [.. noise.Frames.Select((f, i) => f with { Info = new((uint)(i + 1), 10) })]);
    }

    private static byte[] Bytes(byte[] file, (int Offset, int Length) chunk) => file[chunk.Offset..(chunk.Offset + chunk.Length)];

    private static async Task<(byte[] File, RepairSummary Summary)> Repair(byte[] file, params TileModel[] models)
    {
        using var repaired = new MemoryStream();
        ModelRegistry registry = Codec.Registry(models.Length == 0 ? [new RawModel()] : models);
        RepairSummary summary = await new TesseraRepairer(new() { Registry = registry, MaxDegreeOfParallelism = 2 }).RepairAsync(new MemoryStream(file), repaired);
        return (repaired.ToArray(), summary);
    }

    /// <summary>Checks that a file is valid, says what it has lost, and has all of the image but that, which is 0.</summary>
    private static async Task AssertHolds(byte[] file, Raster image, ImmutableArray<LostRange> lost, TileGrid? grid = null, params TileModel[] models)
    {
        grid ??= Grid;
        var decoder = new TesseraDecoder(new() { Registry = Codec.Registry(models.Length == 0 ? [new RawModel()] : models) });
        using Raster back = await decoder.DecodeToRasterAsync(new MemoryStream(file));
        TesseraFileInfo info = await decoder.IdentifyAsync(new MemoryStream(file));
        Assert.Equal(lost.ToArray(), RepairRecord.Read(info.Header, info.Info.Metadata).ToArray());
        for (long tile = 0; tile < grid.TileCount; tile++)
        {
            PixelRectangle bounds = grid.TileBounds(tile);
            int frame = (int)(tile / grid.TilesPerFrame);
            for (int channel = 0; channel < image.Info.Format.Channels; channel++)
            {
                bool isLost = lost.Any(l => l.FirstTile <= tile && tile < l.FirstTile + l.TileCount && l.FirstChannel <= channel && channel < l.FirstChannel + l.ChannelCount);
                for (int y = bounds.Y; y < bounds.Bottom; y++)
                {
                    Span<ushort> row = back.Frames[frame].Samples.Row(channel, y).Slice(bounds.X, bounds.Width);
                    Assert.True(isLost ? !row.ContainsAnyExcept((ushort)0) : row.SequenceEqual(image.Frames[frame].Samples.Row(channel, y).Slice(bounds.X, bounds.Width)));
                }
            }
        }
    }
}
