using Tessera.Container;
using Tessera.Tests.Support;

namespace Tessera.Tests;

/// <summary>What is left of a damaged file: all but the damaged segments' own tiles.</summary>
public class RecoveryTests
{
    // 5 x 4 tiles a frame, one row of tiles a band, segments of 3 and 2 tiles.
    private static readonly TileGrid Grid = new(80, 60, 2, 16, 1);

    [Fact]
    public async Task A_damaged_segment_costs_its_own_tiles_and_no_others()
    {
        using Raster image = Image();
        byte[] file = await Codec.EncodeAsync(image);
        int segments = Chunks.List(file).Count(c => c.Type == "SEGM");
        Assert.Equal(16, segments);
        for (int i = 0; i < segments; i++)
        {
            byte[] damaged = [.. file];
            (int offset, int length) = Chunks.Segment(file, i);
            damaged[offset + (length / 2)] ^= 0x10;
            DecodeSummary summary = await AssertRecovers(damaged, image, new RawModel());
            LostTiles lost = Assert.Single(summary.LostTiles);
            Assert.Equal((i / 2 * 5L) + (i % 2 * 3), lost.FirstTile);
            Assert.Equal(i % 2 == 0 ? 3 : 2, lost.TileCount);
            Assert.Equal((0, 3), (lost.FirstChannel, lost.ChannelCount));
            Assert.Equal((offset, length), ((int)Assert.Single(summary.DamagedBytes).Offset, (int)summary.DamagedBytes[0].Length));
        }
    }

    [Fact]
    public async Task Without_recovery_the_same_damage_is_an_error()
    {
        using Raster image = Image();
        byte[] file = await Codec.EncodeAsync(image);
        (int offset, int length) = Chunks.Segment(file, 3);
        file[offset + (length / 2)] ^= 0x10;
        var e = await Assert.ThrowsAsync<TesseraFormatException>(() => Codec.DecodeAsync(file));
        Assert.InRange(e.Offset, offset, offset + length);
    }

    [Fact]
    public async Task A_segment_that_the_model_cannot_decode_costs_its_own_tiles()
    {
        using Raster image = Image();
        byte[] file = await Codec.EncodeAsync(image);
        int calls = 0;
        var model = new RawModel
        {
            Decoding = run =>
            {
                // It leaves something behind before it fails, which must not be seen.
                run.Row(0, run.Tiles[0], 0).Fill(77);
                if (Interlocked.Increment(ref calls) is 4 or 9)
                    throw new InvalidOperationException("as planned");
            },
        };
        DecodeSummary summary = await AssertRecovers(file, image, model, threads: 1);
        Assert.Equal([(8L, 2L), (20L, 3L)], summary.LostTiles.Select(l => (l.FirstTile, l.TileCount)));
        Assert.All(summary.LostTiles, l => Assert.Contains("as planned", l.Reason, StringComparison.Ordinal));
        Assert.Empty(summary.DamagedBytes);
    }

    [Fact]
    public async Task A_wrong_checksum_costs_the_tiles_and_channels_of_its_segment()
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
        (Raster back, DecodeSummary summary) = await Recover(file, new RawModel());
        using (back)
        {
            LostTiles lost = Assert.Single(summary.LostTiles);
            Assert.Equal((0L, 20L, 1, 1), (lost.FirstTile, lost.TileCount, lost.FirstChannel, lost.ChannelCount));
            Assert.Equal(image.Frames[0].Samples.Plane(0), back.Frames[0].Samples.Plane(0));
            Assert.False(back.Frames[0].Samples.Plane(1).ContainsAnyExcept((ushort)0));
            Assert.Equal(image.Frames[0].Samples.Plane(2), back.Frames[0].Samples.Plane(2));
        }
    }

    [Fact]
    public async Task A_file_that_ends_early_gives_what_was_whole()
    {
        using Raster image = Image();
        byte[] file = await Codec.EncodeAsync(image);
        foreach (int whole in new[] { 0, 1, 7, 8, 15 })
        {
            DecodeSummary summary = await AssertRecovers(file[..(Chunks.Segment(file, whole).Offset + 20)], image, new RawModel());
            Assert.Equal(whole, summary.SegmentCount);
            LostTiles lost = Assert.Single(summary.LostTiles.GroupBy(l => l.Reason)).First();
            Assert.Equal((whole / 2 * 5L) + (whole % 2 * 3), lost.FirstTile);
            Assert.Equal(40 - lost.FirstTile, summary.LostTiles.Sum(l => l.TileCount));
        }
    }

    [Fact]
    public async Task A_frame_that_is_lost_keeps_the_others_in_their_places()
    {
        using Raster image = Image();
        byte[] file = await Codec.EncodeAsync(image);
        (int start, _) = Chunks.Segment(file, 0);
        int end = Chunks.List(file).First(c => c.Type == "fram" && c.Offset > start).Offset;
        byte[] damaged = [.. file[..start], .. file[end..]];
        DecodeSummary summary = await AssertRecovers(damaged, image, new RawModel());
        LostTiles lost = Assert.Single(summary.LostTiles);
        Assert.Equal((0L, 20L), (lost.FirstTile, lost.TileCount));
    }

    [Fact]
    public async Task A_whole_file_is_said_to_be_whole()
    {
        using Raster image = Image();
        DecodeSummary summary = await AssertRecovers(await Codec.EncodeAsync(image), image, new RawModel());
        Assert.True(summary.IsWhole);
        Assert.Equal(16, summary.SegmentCount);
    }

    private static Raster Image()
    {
        Raster noise = TestImages.Noise(80, 60, frames: 2);
        return new(noise.Info, [.. noise.Frames.Select((f, i) => f with { Info = new((uint)(i + 1), 10) })]);
    }

    /// <summary>Decodes, and checks that each sample is the image's or, in lost tiles, 0.</summary>
    private static async Task<DecodeSummary> AssertRecovers(byte[] file, Raster image, TileModel model, int threads = 2)
    {
        (Raster back, DecodeSummary summary) = await Recover(file, model, threads);
        using (back)
        {
            for (long tile = 0; tile < Grid.TileCount; tile++)
            {
                int frame = (int)(tile / Grid.TilesPerFrame);
                PixelRectangle bounds = Grid.TileBounds(tile);
                for (int channel = 0; channel < 3; channel++)
                {
                    bool isLost = summary.LostTiles.Any(l => tile >= l.FirstTile && tile < l.FirstTile + l.TileCount
                        && channel >= l.FirstChannel && channel < l.FirstChannel + l.ChannelCount);
                    for (int y = bounds.Y; y < bounds.Bottom; y++)
                    {
                        ReadOnlySpan<ushort> row = back.Frames[frame].Samples.Row(channel, y).Slice(bounds.X, bounds.Width);
                        if (isLost)
                            Assert.False(row.ContainsAnyExcept((ushort)0));
                        else
                            Assert.True(row.SequenceEqual(image.Frames[frame].Samples.Row(channel, y).Slice(bounds.X, bounds.Width)));
                    }
                }
            }
        }

        return summary;
    }

    private static async Task<(Raster Raster, DecodeSummary Summary)> Recover(byte[] file, TileModel model, int threads = 2)
    {
        await using var sink = new RasterSink();
        DecodeSummary summary = await Codec.Decoder(model, RecoveryMode.SkipDamage, threads).DecodeAsync(new MemoryStream(file), sink);
        return (sink.TakeRaster(), summary);
    }
}
