using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Tessera.Container;
using Tessera.Tests.Support;

namespace Tessera.Tests;

/// <summary>Whole files of a bits-back model that works on the stack, with a starter whose bytes are its supply.</summary>
public class SupplyTests
{
    // Bytes of nothing make payloads of all lengths, whole words or not.
    private static RawModel Starter(int waste = 1) => new() { WasteOf = _ => waste };

    [Fact]
    public void Any_image_comes_back_in_any_tiling()
    {
        var cases =
            from image in TestImages.Any
            from depth in Gen.Choose(1, 12)
            from interleaves in ArbMap.Default.GeneratorFor<bool>()
            from segment in Gen.Choose(1, 30)
            from tile in Gen.Choose(1, 40)
            from rows in Gen.Choose(1, 4)
            from waste in Gen.Choose(0, 4)
            select (image, model: new LatentChain(depth, interleaves) { SegmentTiles = segment }, tile, rows, waste);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            using Raster image = c.image;
            ModelRegistry registry = Codec.Registry(c.model, Starter(c.waste));
            byte[] file = new TesseraEncoder(new() { Registry = registry, TileSize = c.tile, BandRows = c.rows }).EncodeToArrayAsync(image).Result;
            using Raster back = Decode(file, registry).Result;
            Assert.True(image.HasSamePixels(back));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void No_fewer_starter_tiles_suffice()
    {
        var cases =
            from depth in Gen.Choose(1, 40)
            from interleaves in ArbMap.Default.GeneratorFor<bool>()
            from tiles in Gen.Choose(1, 24)
            from width in Gen.Choose(0, 3)
            select (model: new LatentChain(depth, interleaves) { SegmentTiles = tiles }, width: (4 * tiles) - width);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            using Raster image = TestImages.Noise(c.width, 4, channels: 1);
            byte[] file = Codec.Encoder(c.model, Starter()).EncodeToArrayAsync(image).Result;
            SegmentReport segment = Assert.Single(Inspect(file).Result.Segments);
            int starters = segment.Header.Runs[0].TileCount;
            for (int count = 1; count < starters; count++)
                Assert.Null(EncodeAfter(c.model, image, count));
            if (segment.Header.Runs.Length == 1)
                Assert.Equal(c.model.SegmentTiles, starters);
            else
                Assert.Equal(segment.PayloadLength, EncodeAfter(c.model, image, starters));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(12, 4)]
    [InlineData(40, 7)]
    public async Task Few_counts_are_tried(int depth, int most)
    {
        using Raster image = TestImages.Noise(4 * 60, 4);
        var model = new LatentChain(depth, interleaves: false) { SegmentTiles = 60 };
        SegmentReport segment = Assert.Single((await Inspect(await Codec.Encoder(model, Starter()).EncodeToArrayAsync(image))).Segments);
        Assert.Equal(2, segment.Header.Runs.Length);
        Assert.InRange(model.RunsCoded, 1, most);
    }

    [Fact]
    public async Task A_segment_whose_first_tile_pops_more_than_all_others_give_is_coded_by_the_starter_alone()
    {
        using Raster image = TestImages.Noise(4 * 6, 4);
        byte[] file = await Codec.Encoder(new LatentChain(60, interleaves: false), Starter()).EncodeToArrayAsync(image);
        FileReport report = await Inspect(file);
        Assert.Equal(["raw"], report.Models.Select(m => m.Id));
        Assert.Equal(new SegmentRun(0, 6), Assert.Single(Assert.Single(report.Segments).Header.Runs));
        Assert.Null(report.Segments[0].Supply);
    }

    [Fact]
    public async Task Of_several_starters_the_one_that_makes_the_segment_smallest_is_taken_if_all_are_tried()
    {
        using Raster image = TestImages.Noise(4 * 12, 4);

        // The first starter is best where it does not waste: in the second half of the image.
        var first = new RawModel("first") { WasteOf = run => run.Tiles[0].X < 24 ? 90 : 0 };
        TesseraEncoderOptions options = new() { Registry = Codec.Registry(new LatentChain(2), first, new RawModel("second")), Effort = 6 };
        Assert.Equal([["second", "chain"], ["first", "chain"]], await ModelsUsed(options, image));
        Assert.Equal([["first", "chain"], ["first", "chain"]], await ModelsUsed(options with { Effort = 5 }, image));
        Assert.Equal([["second", "chain"], ["second", "chain"]], await ModelsUsed(options with { ModelIds = ["chain", "second"] }, image));
    }

    [Fact]
    public async Task A_model_that_is_tried_and_finds_no_supply_leaves_the_segment_to_the_others()
    {
        using Raster image = TestImages.Noise(4 * 6, 4);
        var starter = new RawModel("wasteful") { WasteOf = _ => 3 };
        ModelRegistry registry = Codec.Registry(new LatentChain(60, interleaves: false), starter, new RawModel("lean"));
        Assert.Equal([["lean"]], await ModelsUsed(new() { Registry = registry, Effort = 6 }, image));
    }

    [Fact]
    public async Task The_file_does_not_depend_on_the_number_of_threads()
    {
        using Raster image = TestImages.Noise(90, 70);
        var model = new LatentChain(9, interleaves: false) { SegmentTiles = 7 };
        byte[] one = await Codec.Encoder(model, Starter(), threads: 1).EncodeToArrayAsync(image);
        Assert.True((await Inspect(one)).Segments.DistinctBy(s => s.Header.Runs[0].TileCount).Count() > 1);
        foreach (int threads in (int[])[2, 8])
        {
            Assert.Equal(one, await Codec.Encoder(model, Starter(), threads: threads).EncodeToArrayAsync(image));
            ModelRegistry registry = Codec.Registry(model, Starter());
            using Raster back = await new TesseraDecoder(new() { Registry = registry, MaxDegreeOfParallelism = threads }).DecodeToRasterAsync(new MemoryStream(one));
            Assert.True(image.HasSamePixels(back));
        }
    }

    [Fact]
    public async Task A_supply_that_runs_dry_is_an_error_and_costs_its_own_segment_only()
    {
        using Raster image = TestImages.Noise(4 * 18, 4);
        ModelRegistry registry = Codec.Registry(new LatentChain(2), Starter());
        byte[] file = await RewriteAsync(
            await new TesseraEncoder(new() { Registry = registry }).EncodeToArrayAsync(image), (i, payload) => i == 1 ? payload[..9] : payload);
        var e = await Assert.ThrowsAsync<TesseraFormatException>(() => Decode(file, registry));
        Assert.Contains("chain version 1 cannot decode the segment", e.Message, StringComparison.Ordinal);
        Assert.Contains("runs dry", e.Message, StringComparison.Ordinal);

        var decoder = new TesseraDecoder(new() { Registry = registry, Recovery = RecoveryMode.SkipDamage });
        DecodeSummary summary = await decoder.VerifyAsync(new MemoryStream(file));
        LostTiles lost = Assert.Single(summary.LostTiles);
        Assert.Equal((6L, 6L), (lost.FirstTile, lost.TileCount));
        using Raster back = await decoder.DecodeToRasterAsync(new MemoryStream(file));
        for (int y = 0; y < 4; y++)
        {
            ushort[] expected = image.Frames[0].Samples.Row(0, y).ToArray();
            expected.AsSpan(24, 24).Clear();
            Assert.Equal(expected, back.Frames[0].Samples.Row(0, y).ToArray());
        }
    }

    [Fact]
    public async Task Every_damage_of_a_payload_is_an_error_of_the_format()
    {
        using Raster image = TestImages.Noise(4 * 6, 4, channels: 1);
        ModelRegistry registry = Codec.Registry(new LatentChain(3, interleaves: false), Starter(waste: 0));
        byte[] file = await new TesseraEncoder(new() { Registry = registry }).EncodeToArrayAsync(image);
        int length = Assert.Single((await Inspect(file)).Segments).PayloadLength;
        for (int i = 0; i < length; i++)
        {
            byte[] cut = await RewriteAsync(file, (_, payload) => payload[..i]);
            byte[] changed = await RewriteAsync(file, (_, payload) => [.. payload[..i], (byte)(payload[i] ^ 16), .. payload[(i + 1)..]]);
            byte[] longer = await RewriteAsync(file, (_, payload) => [.. payload[..i], 0, .. payload[i..]]);
            await Assert.ThrowsAsync<TesseraFormatException>(() => Decode(cut, registry));
            await Assert.ThrowsAsync<TesseraFormatException>(() => Decode(changed, registry));
            await Assert.ThrowsAsync<TesseraFormatException>(() => Decode(longer, registry));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task The_search_ends_when_it_is_cancelled(int atRun)
    {
        using Raster image = TestImages.Noise(4 * 60, 4);
        using var cancellation = new CancellationTokenSource();
        int runs = 0;
        var model = new LatentChain(40, interleaves: false)
        {
            SegmentTiles = 60,
            Encoding = _ =>
            {
                if (++runs == atRun)
                    cancellation.Cancel();
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Codec.Encoder(model, Starter(), threads: 1).EncodeToArrayAsync(image, cancellation.Token));
        Assert.Equal(atRun, runs);
    }

    [Fact]
    public async Task A_report_says_what_is_wasted_and_with_models_what_was_used()
    {
        using Raster image = TestImages.Noise(4 * 18, 4);
        ModelRegistry registry = Codec.Registry(new LatentChain(2), Starter());
        byte[] file = await new TesseraEncoder(new() { Registry = registry }).EncodeToArrayAsync(image);
        foreach (SegmentReport segment in (await Inspect(file)).Segments)
        {
            Assert.Equal(1, segment.Supply!.StarterTiles);
            Assert.InRange(segment.Supply.WastedBits, 0, 32);
            Assert.Null(segment.Supply.Use);
        }

        // The starter makes 2 x 48 + 1 bytes of a tile. Of these, 48 latents are popped, of 3 bits or so.
        foreach (SegmentReport segment in (await Inspect(file, registry)).Segments)
        {
            Assert.Equal(97, segment.Supply!.Use!.ByteCount);
            Assert.InRange(segment.Supply.Use.UsedByteCount, 8, 40);
        }
    }

    [Fact]
    public async Task Measuring_a_supply_needs_the_models_and_a_whole_segment()
    {
        using Raster image = TestImages.Noise(4 * 12, 4);
        ModelRegistry registry = Codec.Registry(new LatentChain(2), Starter());
        byte[] file = await new TesseraEncoder(new() { Registry = registry }).EncodeToArrayAsync(image);
        await Assert.ThrowsAsync<TesseraFormatException>(() => Inspect(file, ModelRegistry.Empty));
        byte[] damaged = await RewriteAsync(file, (i, payload) => i == 1 ? payload[..9] : payload);
        await Assert.ThrowsAsync<TesseraFormatException>(() => Inspect(damaged, registry));
        FileReport report = await TesseraInspector.InspectAsync(new MemoryStream(damaged), null, RecoveryMode.SkipDamage, registry);
        Assert.Equal([true, false], report.Segments.Select(s => s.Supply!.Use is not null));

        // No model is asked for where there is nothing to measure.
        byte[] plain = await Codec.EncodeAsync(image);
        Assert.All((await Inspect(plain, ModelRegistry.Empty)).Segments, s => Assert.Null(s.Supply));
    }

    /// <summary>Codes an image of one segment after some starter tiles.</summary>
    /// <returns>The bytes; null if the supply is exhausted.</returns>
    private static int? EncodeAfter(LatentChain model, Raster image, int starterTiles)
    {
        var grid = new TileGrid(image.Info.Width, image.Info.Height, 1, 4, 2);
        using SegmentEncoder starter = Starter().CreateEncoder(5), encoder = model.CreateEncoder(5);
        ArrayBufferWriter<byte> supply = new(), payload = new();
        starter.Encode(Tiles(0, starterTiles), [], supply);
        try
        {
            encoder.Encode(Tiles(starterTiles, (int)grid.TileCount - starterTiles), supply.WrittenSpan, payload);
            return payload.WrittenCount;
        }
        catch (SupplyExhaustedException)
        {
            return null;
        }

        TileRun Tiles(int first, int count) => new(grid, image.Info.Format, image.Frames[0].Samples, first, count, 0, image.Info.Format.Channels);
    }

    private static async Task<string[][]> ModelsUsed(TesseraEncoderOptions options, Raster image)
    {
        byte[] file = await new TesseraEncoder(options).EncodeToArrayAsync(image);
        using Raster back = await Decode(file, options.Registry);
        Assert.True(image.HasSamePixels(back));
        FileReport report = await Inspect(file);
        return [.. report.Segments.Select(s => s.Header.Runs.Select(r => report.Models[r.ModelIndex].Id).ToArray())];
    }

    private static Task<FileReport> Inspect(byte[] file, ModelRegistry? models = null) =>
        TesseraInspector.InspectAsync(new MemoryStream(file), models: models);

    private static Task<Raster> Decode(byte[] file, ModelRegistry registry) =>
        new TesseraDecoder(new() { Registry = registry }).DecodeToRasterAsync(new MemoryStream(file));

    /// <summary>Writes a file once more, with other payloads, and with checksums that are right for them.</summary>
    private static async Task<byte[]> RewriteAsync(byte[] file, Func<int, byte[], byte[]> change)
    {
        FileReport report = await Inspect(file);
        return await Chunks.WriteAsync(report.Header, async writer =>
        {
            foreach ((SegmentReport segment, int i) in report.Segments.Select((s, i) => (s, i)))
            {
                int end = (int)(segment.Offset + segment.ByteCount) - sizeof(uint);
                await writer.WriteSegmentAsync(segment.Header, change(i, file[(end - segment.PayloadLength)..end]));
            }
        });
    }
}
