using FsCheck;
using FsCheck.Fluent;
using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Models.BitSwap.Tests.Support;

namespace Tessera.Models.BitSwap.Tests;

/// <summary>A chain is lossless whatever its weights are, and says so when data are not its own.</summary>
public class ModelTests
{
    private static readonly Gen<int> Seeds = Gen.Choose(0, int.MaxValue - 1);

    [Fact]
    public void Any_tiles_come_back_whatever_the_weights_are() => Prop.ForAll(Seeds.ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var model = new BitSwapModel(SmallModel.Random(random), scheme: (BitsBackScheme)random.Next(2));
        int channels = model.Configuration.Channels, side = random.Next(1, 40);
        using PlanarBuffer image = Runs.Noise(random, random.Next(1, 60), random.Next(1, 60), channels);
        using var back = new PlanarBuffer(image.Width, image.Height, channels);
        byte[] supply = Runs.Supply(400_000 + random.Next(4), seed);
        byte[] payload = Runs.Encode(model, Runs.Of(image, side), supply);
        Assert.Equal(supply, Runs.Decode(model, payload, Runs.Of(back, side)));
        Runs.AssertSame(image, back);
    }).QuickCheckThrowOnFailure();

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
        foreach (BitsBackScheme scheme in Enum.GetValues<BitsBackScheme>())
        {
            ModelRegistry registry = SmallModel.Registry(scheme: scheme);
            using Raster back = await SmallModel.DecodeAsync(await SmallModel.EncodeAsync(image, registry, tileSize: side), registry);
            Assert.True(image.HasSamePixels(back));
        }
    }

    [Fact]
    public async Task A_file_of_several_tiles_is_coded_by_the_starter_and_the_chain()
    {
        using Raster image = await Photograph.CreateAsync(200, 100);
        byte[] file = await SmallModel.EncodeAsync(image, SmallModel.Registry(), tileSize: 32);
        FileReport report = await TesseraInspector.InspectAsync(new MemoryStream(file));
        Assert.Contains(report.Models, model => model.Id == SmallModel.Id);
        Assert.All(report.Segments, segment => Assert.InRange(segment.Supply!.WastedBits, 0, 32));
    }

    [Fact]
    public async Task Any_number_of_threads_writes_and_reads_the_same_file()
    {
        using Raster image = await Photograph.CreateAsync(300, 170);
        ModelRegistry registry = SmallModel.Registry();
        byte[] expected = await SmallModel.EncodeAsync(image, registry, threads: 1, tileSize: 16);
        foreach (int threads in new[] { 2, 8 })
        {
            Assert.Equal(Hash.Of(expected), Hash.Of(await SmallModel.EncodeAsync(image, registry, threads, tileSize: 16)));
            using Raster back = await SmallModel.DecodeAsync(expected, registry, threads);
            Assert.True(image.HasSamePixels(back));
        }
    }

    [Fact]
    public void Every_number_of_threads_of_an_engine_and_an_encoder_s_past_give_the_same_bytes()
    {
        var random = new Random(1);
        using PlanarBuffer image = Runs.Noise(random, 50, 37, 3), other = Runs.Noise(random, 20, 20, 3);
        byte[] supply = Runs.Supply(20_000), expected = Runs.Encode(new BitSwapModel(SmallModel.Tiny), Runs.Of(image, 16), supply);
        foreach (int threads in new[] { 2, 8 })
            Assert.Equal(expected, Runs.Encode(new BitSwapModel(SmallModel.Tiny, new ManagedEngine(threads)), Runs.Of(image, 16), supply));
        using SegmentEncoder encoder = new BitSwapModel(SmallModel.Tiny).CreateEncoder(5);
        Runs.Encode(encoder, Runs.Of(other, 16), supply);
        Assert.Throws<SupplyExhaustedException>(() => Runs.Encode(encoder, Runs.Of(other, 16), []));
        Assert.Equal(expected, Runs.Encode(encoder, Runs.Of(image, 16), supply));
    }

    [Fact]
    public void Tiles_of_a_batch_in_any_order_give_what_each_gives_by_itself()
    {
        var configuration = new BitSwapModel(SmallModel.Tiny).Configuration;
        var graph = BoundGraph.Bind(BitSwapGraphs.Prior(configuration, 0), SmallModel.Tiny);
        var random = new Random(4);
        ExactTensor[] tiles = [.. Enumerable.Range(0, 3).Select(_ => Noise())];
        short[][][] expected = [.. tiles.Select(tile => Outputs(1, tile))];
        foreach (int threads in new[] { 1, 2, 8 })
        {
            foreach (int[] order in new int[][] { [0, 1, 2], [2, 0, 1], [1, 1, 0] })
            {
                var batch = new ExactTensor(3, 9, 13, configuration.Levels[0].Latent);
                for (int i = 0; i < 3; i++)
                    tiles[order[i]].Values.CopyTo(batch.Tile(i));
                short[][] outputs = Outputs(threads, batch);
                for (int i = 0; i < 3; i++)
                {
                    for (int k = 0; k < outputs.Length; k++)
                        Assert.Equal(expected[order[i]][k], outputs[k].AsSpan(i * outputs[k].Length / 3, outputs[k].Length / 3));
                }
            }
        }

        ExactTensor Noise()
        {
            var tile = new ExactTensor(1, 9, 13, configuration.Levels[0].Latent);
            foreach (ref short element in tile.Values)
                element = (short)random.Next(-200, 201);
            return tile;
        }

        short[][] Outputs(int threads, ExactTensor input)
        {
            using IGraphExecutor executor = new ManagedEngine(threads).Prepare(graph);
            ExactTensor[] outputs = [.. graph.Graph.Outputs.Select(o => new ExactTensor(input.Tiles, input.Height, input.Width, o.Value.Channels))];
            executor.Run([input], outputs);
            return [.. outputs.Select(o => o.Values.ToArray())];
        }
    }

    [Fact]
    public void Large_tiles_are_coded_as_the_blocks_that_they_are_cut_into()
    {
        using PlanarBuffer image = Runs.Noise(new(2), 300, 20, 3);
        var model = new BitSwapModel(SmallModel.Tiny);
        byte[] supply = Runs.Supply(40_000);
        Assert.Equal(Runs.Encode(model, Runs.Of(image, 256), supply), Runs.Encode(model, Runs.Of(image, 1024), supply));
    }

    [Fact]
    public async Task A_file_names_its_weights_when_they_are_missing()
    {
        using Raster image = await Photograph.CreateAsync(64, 40);
        byte[] file = await SmallModel.EncodeAsync(image, SmallModel.Registry(scheme: BitsBackScheme.BbAns), tileSize: 16);
        TesseraFormatException missing = await Assert.ThrowsAsync<TesseraFormatException>(() => SmallModel.DecodeAsync(file, SmallModel.Registry()));
        Assert.Contains($"bitswap/tiny/bb-ans version 1 (weights {Convert.ToHexStringLower(SmallModel.Tiny.Hash.AsSpan())})", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_payloads_are_format_errors_or_decode_to_something()
    {
        using Raster image = await Photograph.CreateAsync(40, 20);
        var model = new BitSwapModel(SmallModel.Tiny);
        byte[] supply = Runs.Supply(3000), payload = Runs.Encode(model, Runs.Of(image.Frames[0].Samples, 16), supply);
        using var target = new PlanarBuffer(40, 20, 3);
        var random = new Random(3);
        int refused = 0;
        for (int i = 0; i < 300; i++)
        {
            // The end is the top of the stack.
            byte[] damaged = i % 3 == 0 ? payload[..random.Next(payload.Length)] : [.. payload];
            if (damaged.Length == payload.Length)
                damaged[random.Next(payload.Length - 500, payload.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                Runs.Decode(model, damaged, Runs.Of(target, 16));
            }
            catch (TesseraFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 100, 300);
        Assert.Contains("runs dry", Assert.Throws<TesseraFormatException>(() => Runs.Decode(model, [1, 2], Runs.Of(target, 16))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_supply_of_any_bits_will_do()
    {
        // The chain fits noise badly; and all bits alike, or much of one, are what bits that were pushed by a bad model look like.
        var model = new BitSwapModel(SmallModel.Tiny);
        using PlanarBuffer image = Runs.Noise(new(5), 32, 32, 3), back = new(32, 32, 3);
        foreach (byte bits in new byte[] { 0, 1, 127, 128, 254, 255 })
        {
            byte[] supply = [.. Enumerable.Repeat(bits, 20_000)];
            Assert.Equal(supply, Runs.Decode(model, Runs.Encode(model, Runs.Of(image, 16), supply), Runs.Of(back, 16)));
            Runs.AssertSame(image, back);
        }
    }

    [Fact]
    public void It_codes_images_of_its_channels_and_depth_alone()
    {
        var model = new BitSwapModel(SmallModel.Tiny);
        Assert.True(model.Supports(new(3, 8)));
        Assert.False(model.Supports(new(3, 16)));
        Assert.False(model.Supports(new(1, 8)));
        Assert.False(model.Supports(new(3, 8, AlphaKind.Straight)));
    }

    [Fact]
    public void A_segment_of_fewer_channels_or_more_bits_is_a_format_error()
    {
        using SegmentDecoder decoder = new BitSwapModel(SmallModel.Tiny).CreateDecoder();
        using var image = new PlanarBuffer(8, 8, 3);
        var grid = new TileGrid(8, 8, 1, 8, 1);
        foreach ((SampleFormat format, int channels) in new (SampleFormat, int)[] { (new(3, 8), 1), (new(3, 16), 3) })
        {
            var run = new TileRun(grid, format, image, 0, 1, 0, channels);
            string message = Assert.Throws<TesseraFormatException>(() => decoder.Decode(new byte[100], run, new System.Buffers.ArrayBufferWriter<byte>())).Message;
            Assert.Contains($"{channels} channels of {format.BitDepth} bits", message, StringComparison.Ordinal);
            Assert.Contains("bitswap/tiny, which codes 3 of 8", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task After_the_first_run_tiles_are_coded_without_allocations()
    {
        using Raster image = await Photograph.CreateAsync(192, 32);
        PlanarBuffer samples = image.Frames[0].Samples;
        var model = new BitSwapModel(SmallModel.Tiny);
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
