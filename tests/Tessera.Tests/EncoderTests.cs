using Tessera.Tests.Support;

namespace Tessera.Tests;

/// <summary>The choice of models, and what is refused.</summary>
public class EncoderTests
{
    [Fact]
    public async Task Below_effort_6_the_first_model_that_supports_the_image_codes_it()
    {
        ModelRegistry registry = Codec.Registry(
            new RawModel("grey") { Accepts = f => f.Channels == 1 }, new RawModel("wasteful") { WasteOf = _ => 9 }, new RawModel("lean"));
        Assert.Equal([("wasteful", 4L)], await ModelsUsed(registry, effort: 5));
    }

    [Fact]
    public async Task A_specialized_model_is_used_where_it_is_good_and_tried_where_it_is_doubtful()
    {
        // It is doubtful of the second and the third tile, and makes the third larger; of the fourth it wants to know nothing.
        var picky = new RawModel("picky")
        {
            SegmentTiles = 1,
            Judging = run => (run.Tiles[0].X / 16) switch { 0 => Suitability.Good, 3 => Suitability.Poor, _ => Suitability.Doubtful },
            WasteOf = run => run.Tiles[0].X == 32 ? 9 : 0,
        };
        ModelRegistry registry = Codec.Registry(picky, new RawModel("usual") { WasteOf = _ => 1, SegmentTiles = 1 }, new RawModel("never"));
        Assert.Equal([("picky", 2L), ("usual", 2L)], await ModelsUsed(registry, effort: 5));
        Assert.Equal([("picky", 1L), ("usual", 3L)], await ModelsUsed(registry, effort: 4));
        Assert.Equal([("picky", 4L)], await ModelsUsed(registry, effort: 5, "picky"));
    }

    [Fact]
    public async Task A_band_of_which_a_specialized_model_is_doubtful_is_cut_as_the_next_one_wants()
    {
        var picky = new RawModel("picky") { SegmentTiles = 1, Judging = _ => Suitability.Doubtful, WasteOf = run => run.Tiles[0].X == 0 ? 9 : 0 };
        var usual = new RawModel("usual") { SegmentTiles = 2 };
        Assert.Equal([("picky", 2L), ("usual", 2L)], await ModelsUsed(Codec.Registry(picky, usual), effort: 5));
    }

    [Fact]
    public async Task From_effort_6_on_every_segment_gets_the_model_that_makes_it_smallest()
    {
        // The first wastes bytes on all tiles but the last; of equals, the first is taken.
        var picky = new RawModel("picky") { SegmentTiles = 1, WasteOf = run => run.Tiles[0].X == 48 ? 0 : 9 };
        ModelRegistry registry = Codec.Registry(picky, new RawModel("lean"), new RawModel("other"));
        Assert.Equal([("picky", 1L), ("lean", 3L), ("other", 0L)], await ModelsUsed(registry, effort: 6));
    }

    [Fact]
    public async Task A_model_may_ask_for_a_higher_effort_to_be_tried_unless_it_is_named()
    {
        ModelRegistry registry = Codec.Registry(new RawModel("wasteful") { WasteOf = _ => 9 }, new RawModel("lean") { TriedFrom = 9 });
        Assert.Equal([("wasteful", 4L)], await ModelsUsed(registry, effort: 8));
        Assert.Equal([("wasteful", 0L), ("lean", 4L)], await ModelsUsed(registry, effort: 9));
        Assert.Equal([("wasteful", 0L), ("lean", 4L)], await ModelsUsed(registry, effort: 7, "wasteful", "lean"));
        Assert.Equal([("lean", 4L)], await ModelsUsed(Codec.Registry(new RawModel("lean") { TriedFrom = 9 }), effort: 7));
    }

    [Fact]
    public async Task A_model_for_low_efforts_comes_first_there_and_last_above_them_and_is_not_tried_beside_others()
    {
        ModelRegistry registry = Codec.Registry(new RawModel("usual") { WasteOf = _ => 9 }, new RawModel("fast") { PreferredUpTo = 2 });
        Assert.Equal([("fast", 4L)], await ModelsUsed(registry, effort: 1));
        Assert.Equal([("fast", 4L)], await ModelsUsed(registry, effort: 2));
        Assert.Equal([("usual", 4L)], await ModelsUsed(registry, effort: 3));
        Assert.Equal([("usual", 4L)], await ModelsUsed(registry, effort: 9));
        Assert.Equal([("fast", 4L)], await ModelsUsed(registry, effort: 5, "fast"));
        Assert.Equal([("usual", 4L)], await ModelsUsed(registry, effort: 1, "usual"));
        Assert.Equal([("fast", 4L)], await ModelsUsed(Codec.Registry(new RawModel("fast") { PreferredUpTo = 2 }), effort: 9));
    }

    [Fact]
    public async Task Named_models_are_used_in_the_order_in_which_they_are_named()
    {
        ModelRegistry registry = Codec.Registry(new RawModel("a"), new RawModel("b"), new RawModel("b", 2), new RawModel("c"));
        Assert.Equal([("b", 4L)], await ModelsUsed(registry, effort: 5, "b", "a"));
        Assert.Equal([("c", 4L), ("b", 0L)], await ModelsUsed(registry, effort: 9, "c", "b", "c"));
    }

    [Fact]
    public async Task A_name_stands_for_the_highest_version()
    {
        ModelRegistry registry = Codec.Registry(new RawModel("a", 2), new RawModel("a", 3), new RawModel("a", 1));
        using Raster image = TestImages.Noise(8, 8);
        byte[] file = await new TesseraEncoder(new() { Registry = registry }).EncodeToArrayAsync(image);
        TesseraFileInfo info = await new TesseraDecoder(new() { Registry = ModelRegistry.Empty }).IdentifyAsync(new MemoryStream(file));
        Assert.Equal([new ModelIdentity("a", 3)], info.Models);
    }

    [Fact]
    public async Task An_unknown_name_is_an_error_that_says_what_there_is()
    {
        var e = await EncodeFails(new() { Registry = Codec.Registry(new RawModel("a"), new RawModel("b", 7)), ModelIds = ["c"] });
        Assert.StartsWith("There is no model \"c\". Installed: a version 1, b version 7.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_that_no_model_supports_is_an_error_that_says_so()
    {
        var grey = new RawModel("a") { Accepts = f => f.Channels == 1 };
        var e = await EncodeFails(new() { Registry = Codec.Registry(grey) });
        Assert.Equal("Images of 3 channels of 8 bits cannot be coded by a. No model that is installed can.", e.Message);
        e = await EncodeFails(new() { Registry = Codec.Registry(grey, new RawModel("b"), new RawModel("c")), ModelIds = ["a"] });
        Assert.Equal("Images of 3 channels of 8 bits cannot be coded by a. Choose another model: b, c.", e.Message);
        e = await EncodeFails(new() { Registry = ModelRegistry.Empty });
        Assert.Equal("Images of 3 channels of 8 bits cannot be coded: no model is installed.", e.Message);
    }

    [Fact]
    public async Task No_model_is_asked_what_it_supports_unless_its_turn_comes()
    {
        using Raster image = TestImages.Noise(8, 8);
        var idle = new RawModel("b") { Accepts = _ => throw new InvalidOperationException("It reads its weights.") };
        await new TesseraEncoder(new() { Registry = Codec.Registry(new RawModel("a"), idle) }).EncodeToArrayAsync(image);
    }

    [Fact]
    public async Task Tiling_follows_the_options_and_then_the_model()
    {
        using Raster image = TestImages.Noise(100, 100);
        var model = new RawModel { Tiling = new(20, 2) };
        ModelRegistry registry = Codec.Registry(model);
        Assert.Equal((20, 2), await Cut(new() { Registry = registry }));
        Assert.Equal((30, 2), await Cut(new() { Registry = registry, TileSize = 30 }));
        Assert.Equal((20, 3), await Cut(new() { Registry = registry, BandRows = 3 }));

        async Task<(int Tile, int Band)> Cut(TesseraEncoderOptions options)
        {
            byte[] file = await new TesseraEncoder(options).EncodeToArrayAsync(image);
            using Raster back = await Codec.DecodeAsync(file);
            Assert.True(image.HasSamePixels(back));
            TileGrid grid = (await TesseraInspector.InspectAsync(new MemoryStream(file))).Grid;
            return (grid.TileSize, grid.BandRows);
        }
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        var good = new TesseraEncoderOptions { Registry = ModelRegistry.Empty };
        TesseraEncoderOptions[] bad =
        [
            good with { Effort = 0 },
            good with { Effort = 10 },
            good with { TileSize = 0 },
            good with { TileSize = TileGrid.MaxTileSize + 1 },
            good with { BandRows = 0 },
            good with { MaxDegreeOfParallelism = -1 },
            good with { ModelIds = default },
            good with { Registry = null! },
        ];
        Assert.All(bad, options => Assert.Throws<ArgumentException>(() => new TesseraEncoder(options)));
        var decoder = new TesseraDecoderOptions { Registry = ModelRegistry.Empty };
        TesseraDecoderOptions[] badDecoders =
        [
            decoder with { MaxDegreeOfParallelism = -1 },
            decoder with { Recovery = (Container.RecoveryMode)7 },
            decoder with { Registry = null! },
            decoder with { Limits = null! },
        ];
        Assert.All(badDecoders, options => Assert.Throws<ArgumentException>(() => new TesseraDecoder(options)));
    }

    [Fact]
    public async Task A_sample_above_the_bit_depth_is_an_error()
    {
        using Raster image = TestImages.Noise(40, 40, depth: 7);
        image.Frames[0].Samples.Row(1, 39)[39] = 128;
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => Codec.EncodeAsync(image));
        Assert.Equal("The source gave samples above 127 for an image of 3 channels of 7 bits.", e.Message);
    }

    [Fact]
    public async Task A_model_that_cuts_a_band_wrongly_is_named()
    {
        using Raster image = TestImages.Noise(40, 40);
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => Codec.EncodeAsync(image, new MiscuttingModel()));
        Assert.Equal("The model miscutting version 1 cut a band of 9 tiles into segments of 4, 4.", e.Message);
    }

    [Fact]
    public async Task Metadata_that_do_not_fit_are_named()
    {
        Assert.Contains("The text \"Title\" cannot be stored", await Refusal(new() { Texts = [new("Title", "half of a pair: \ud800")] }), StringComparison.Ordinal);
        Assert.Contains("\"\ud800\" cannot be stored", await Refusal(new() { Blocks = [new("\ud800", default)] }), StringComparison.Ordinal);
        Assert.Contains("has no kind", await Refusal(new() { Blocks = [new("", default)] }), StringComparison.Ordinal);

        async Task<string> Refusal(ImageMetadata metadata)
        {
            using var image = Raster.Create(new(4, 4, new(3, 8)) { Metadata = metadata });
            return (await Assert.ThrowsAsync<ArgumentException>(() => Codec.EncodeAsync(image))).Message;
        }
    }

    [Fact]
    public async Task The_summary_says_what_was_written()
    {
        using Raster image = TestImages.Noise(50, 40, frames: 2);
        using var file = new MemoryStream();
        EncodeSummary summary = await Codec.Encoder(new RawModel()).EncodeAsync(image.AsSource(), file);
        FileReport report = await TesseraInspector.InspectAsync(new MemoryStream(file.ToArray()));
        Assert.Equal(image.Info, summary.Info);
        Assert.Equal(file.Length, summary.ByteCount);
        Assert.Equal(report.Segments.Length, summary.SegmentCount);
        Assert.Equal(new ModelUsage(new("raw", 1), 24), Assert.Single(summary.Models));
        Assert.Equal(file.Length * 8.0 / (50 * 40 * 2 * 3), summary.BitsPerSubpixel);
    }

    private static async Task<(string Id, long Tiles)[]> ModelsUsed(ModelRegistry registry, int effort, params string[] ids)
    {
        using Raster image = TestImages.Noise(64, 16);
        using var file = new MemoryStream();
        var options = new TesseraEncoderOptions { Registry = registry, Effort = effort, ModelIds = [.. ids] };
        EncodeSummary summary = await new TesseraEncoder(options).EncodeAsync(image.AsSource(), file);
        file.Position = 0;
        using Raster back = await new TesseraDecoder(new() { Registry = registry }).DecodeToRasterAsync(file);
        Assert.True(image.HasSamePixels(back));
        return [.. summary.Models.Select(m => (m.Model.Id, m.Tiles))];
    }

    private static async Task<ArgumentException> EncodeFails(TesseraEncoderOptions options)
    {
        using Raster image = TestImages.Noise(8, 8);
        return await Assert.ThrowsAsync<ArgumentException>(() => new TesseraEncoder(options).EncodeToArrayAsync(image));
    }

    private sealed class MiscuttingModel : TileModel
    {
        public override ModelIdentity Identity { get; } = new("miscutting", 1);

        public override bool Supports(SampleFormat format) => true;

        public override Tiling PlanTiling(ImageInfo image, int effort) => new(16, 3);

        public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort) => [4, 4];

        public override SegmentEncoder CreateEncoder(int effort) => throw new NotSupportedException();

        public override SegmentDecoder CreateDecoder() => throw new NotSupportedException();
    }
}
