using FsCheck;
using FsCheck.Fluent;
using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Models.EfficientVdvae.Tests.Support;

namespace Tessera.Models.EfficientVdvae.Tests;

/// <summary>A hierarchy is lossless whatever its weights are, and says so when data are not its own.</summary>
public class ModelTests
{
    private static readonly Gen<int> Seeds = Gen.Choose(0, int.MaxValue - 1);

    [Fact]
    public void Any_tiles_come_back_whatever_the_weights_are() => Prop.ForAll(Seeds.ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var model = new EfficientVdvaeModel(SmallModel.Random(random));
        int side = random.Next(1, 40);
        using PlanarBuffer image = Runs.Noise(random, random.Next(1, 60), random.Next(1, 60), 3);
        using var back = new PlanarBuffer(image.Width, image.Height, 3);
        byte[] supply = Runs.Supply(100_000 + random.Next(4), seed);
        byte[] payload = Runs.Encode(model, Runs.Of(image, side), supply);
        Assert.Equal(supply, Runs.Decode(model, payload, Runs.Of(back, side)));
        Runs.AssertSame(image, back);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(1, 256)]
    [InlineData(256, 1)]
    [InlineData(3, 3)]
    [InlineData(255, 7)]
    [InlineData(256, 256)]
    public void A_block_of_any_size_comes_back(int width, int height)
    {
        var model = new EfficientVdvaeModel(SmallModel.Tiny);
        using PlanarBuffer image = Runs.Noise(new(width), width, height, 3), back = new(width, height, 3);
        byte[] supply = Runs.Supply(1000 + (10 * width * height));
        Assert.Equal(supply, Runs.Decode(model, Runs.Encode(model, Runs.Of(image, 256), supply), Runs.Of(back, 256)));
        Runs.AssertSame(image, back);
    }

    [Theory]
    [InlineData(1, 1, 16)]
    [InlineData(16, 16, 16)]
    [InlineData(33, 1, 8)]
    [InlineData(1, 50, 16)]
    [InlineData(61, 47, 16)]
    [InlineData(64, 64, 7)]
    [InlineData(130, 70, 64)]
    public async Task Images_of_any_size_come_back(int width, int height, int side)
    {
        using Raster image = await Photograph.CreateAsync(width, height);
        foreach (TensorFile weights in new[] { SmallModel.Tiny, SmallModel.Plain() })
        {
            ModelRegistry registry = SmallModel.Registry(weights);
            using Raster back = await SmallModel.DecodeAsync(await SmallModel.EncodeAsync(image, registry, tileSize: side), registry);
            Assert.True(image.HasSamePixels(back));
        }
    }

    [Fact]
    public async Task A_file_of_several_tiles_is_coded_by_the_starter_and_the_hierarchy()
    {
        using Raster image = await Photograph.CreateAsync(200, 100);
        byte[] file = await SmallModel.EncodeAsync(image, SmallModel.Registry(SmallModel.Plain()), tileSize: 32);
        FileReport report = await TesseraInspector.InspectAsync(new MemoryStream(file));
        Assert.Contains(report.Models, model => model.Id == SmallModel.Id);
        Assert.All(report.Segments, segment => Assert.Equal(2, segment.Header.Runs.Length));
        Assert.All(report.Segments, segment => Assert.InRange(segment.Supply!.StarterTiles, 1, 3));
        Assert.All(report.Segments, segment => Assert.InRange(segment.Supply!.WastedBits, 0, 32));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(37)]
    [InlineData(64)]
    public async Task Any_number_of_threads_writes_and_reads_the_same_file(int tileSize)
    {
        using Raster image = await Photograph.CreateAsync(300, 170);
        ModelRegistry registry = SmallModel.Registry();
        byte[] expected = await SmallModel.EncodeAsync(image, registry, threads: 1, tileSize);
        foreach (int threads in new[] { 2, 8 })
        {
            Assert.Equal(Hash.Of(expected), Hash.Of(await SmallModel.EncodeAsync(image, registry, threads, tileSize)));
            using Raster back = await SmallModel.DecodeAsync(expected, registry, threads);
            Assert.True(image.HasSamePixels(back));
        }
    }

    [Fact]
    public void Every_number_of_threads_of_an_engine_and_an_encoder_s_past_give_the_same_bytes()
    {
        var random = new Random(1);
        using PlanarBuffer image = Runs.Noise(random, 50, 37, 3), other = Runs.Noise(random, 20, 20, 3);
        byte[] supply = Runs.Supply(20_000), expected = Runs.Encode(new EfficientVdvaeModel(SmallModel.Tiny), Runs.Of(image, 16), supply);
        foreach (int threads in new[] { 2, 8 })
            Assert.Equal(expected, Runs.Encode(new EfficientVdvaeModel(SmallModel.Tiny, new ManagedEngine(threads)), Runs.Of(image, 16), supply));
        using SegmentEncoder encoder = new EfficientVdvaeModel(SmallModel.Tiny).CreateEncoder(5);
        int needed = Runs.Used(supply, Runs.Encode(encoder, Runs.Of(other, 16), supply));

        // At whatever place it fails.
        foreach (int length in new[] { 0, needed / 4, needed / 2, needed - 12 })
            Assert.Throws<SupplyExhaustedException>(() => Runs.Encode(encoder, Runs.Of(other, 16), supply[^length..]));
        Assert.Equal(expected, Runs.Encode(encoder, Runs.Of(image, 16), supply));
    }

    [Fact]
    public void Large_tiles_are_coded_as_the_blocks_that_they_are_cut_into()
    {
        using PlanarBuffer image = Runs.Noise(new(2), 300, 20, 3);
        var model = new EfficientVdvaeModel(SmallModel.Tiny);
        byte[] supply = Runs.Supply(40_000);
        Assert.Equal(Runs.Encode(model, Runs.Of(image, 256), supply), Runs.Encode(model, Runs.Of(image, 1024), supply));
    }

    [Fact]
    public void A_supply_of_any_bits_will_do()
    {
        // The hierarchy fits noise badly; and all bits alike, or much of one, are what bits that were pushed by a bad model look like.
        using PlanarBuffer image = Runs.Noise(new(5), 32, 32, 3), back = new(32, 32, 3);
        foreach (TensorFile weights in new[] { SmallModel.Tiny, SmallModel.Plain(posteriorLevel: 56) })
        {
            var model = new EfficientVdvaeModel(weights);
            foreach (byte bits in new byte[] { 0, 1, 127, 128, 254, 255 })
            {
                byte[] supply = [.. Enumerable.Repeat(bits, 20_000)];
                Assert.Equal(supply, Runs.Decode(model, Runs.Encode(model, Runs.Of(image, 16), supply), Runs.Of(back, 16)));
                Runs.AssertSame(image, back);
            }
        }
    }

    [Fact]
    public void It_codes_images_of_three_channels_of_8_bits_alone()
    {
        var model = new EfficientVdvaeModel(SmallModel.Tiny);
        Assert.True(model.NeedsSupply);
        Assert.True(model.Supports(new(3, 8)));
        Assert.False(model.Supports(new(3, 16)));
        Assert.False(model.Supports(new(1, 8)));
        Assert.False(model.Supports(new(4, 8, AlphaKind.Straight)));
        Assert.False(model.Supports(new(3, 8, AlphaKind.Straight)));
    }

    [Fact]
    public async Task After_the_first_run_tiles_are_coded_without_allocations()
    {
        using Raster image = await Photograph.CreateAsync(192, 32);
        PlanarBuffer samples = image.Frames[0].Samples;
        var model = new EfficientVdvaeModel(SmallModel.Tiny);
        using SegmentEncoder encoder = model.CreateEncoder(5);
        using SegmentDecoder decoder = model.CreateDecoder();
        var written = new System.Buffers.ArrayBufferWriter<byte>(1 << 20);
        TileRun few = Runs.Of(samples, 32, 0, 1), many = Runs.Of(samples, 32);
        byte[] supply = Runs.Supply(4000), fewBytes = Runs.Encode(encoder, few, supply), manyBytes = Runs.Encode(encoder, many, supply);
        Decode(manyBytes, many);
        Assert.Equal(0, Allocation.Of(() => Encode(many)) - Allocation.Of(() => Encode(few)));
        Assert.Equal(0, Allocation.Of(() => Decode(manyBytes, many)) - Allocation.Of(() => Decode(fewBytes, few)));

        void Encode(TileRun run)
        {
            written.ResetWrittenCount();
            encoder.Encode(run, supply, written);
        }

        void Decode(byte[] bytes, TileRun run)
        {
            written.ResetWrittenCount();
            decoder.Decode(bytes, run, written);
        }
    }
}
