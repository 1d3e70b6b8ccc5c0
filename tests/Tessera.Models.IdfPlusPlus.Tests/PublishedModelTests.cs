using System.Buffers;
using System.Collections.Immutable;
using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Models.IdfPlusPlus.Tests.Support;

namespace Tessera.Models.IdfPlusPlus.Tests;

/// <summary>The model that the plugin brings: what it is called, that it is lossless, and that nothing but image and options makes its files.</summary>
public class PublishedModelTests
{
    [Fact]
    public void Published_weights_are_the_model_that_the_build_says_they_are()
    {
        Assert.Contains(new IdfPlusPlusPlugin().CreateModels(), model => model.Identity is { Id: Published.Id, Version: 1 });
        foreach (PublishedWeights weights in PublishedWeights.All)
        {
            weights.Identity.Validate();
            Assert.Equal(weights.Identity, new IdfModel(weights.Read()).Identity);
            Assert.True(new IdfModel(weights, new ManagedEngine()).Supports(new(3, 8)));
        }
    }

    [Fact]
    public void Weights_that_are_not_what_the_build_put_there_are_refused_when_they_are_first_needed()
    {
        PublishedWeights weights = PublishedWeights.All[0];
        var absent = new IdfModel(weights with { Version = 99 }, new ManagedEngine());
        Assert.Equal(99, absent.Identity.Version);
        Assert.Contains("'idfpp/photo 99'", Assert.Throws<WeightsException>(() => absent.CreateEncoder(5)).Message, StringComparison.Ordinal);
        var changed = new IdfModel(weights with { Hash = new('0', 64) }, new ManagedEngine());
        Assert.Contains("say that they are", Assert.Throws<WeightsException>(() => changed.CreateDecoder()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(33, 1)]
    [InlineData(1, 130)]
    [InlineData(257, 140)]
    public async Task Images_of_any_size_come_back(int width, int height)
    {
        using Raster image = await Photograph.CreateAsync(width, height);
        using Raster back = await Published.DecodeAsync(await Published.EncodeAsync(image));
        Assert.True(image.HasSamePixels(back));
    }

    [Fact]
    public async Task Any_number_of_threads_writes_and_reads_the_same_file()
    {
        using Raster image = await Photograph.CreateAsync(500, 300);
        byte[] expected = await Published.EncodeAsync(image, threads: 1, tileSize: 64);
        foreach (int threads in new[] { 2, 8 })
        {
            Assert.Equal(Hash.Of(expected), Hash.Of(await Published.EncodeAsync(image, threads, tileSize: 64)));
            using Raster back = await Published.DecodeAsync(expected, threads);
            Assert.True(image.HasSamePixels(back));
        }
    }

    [Fact]
    public async Task A_segment_s_bytes_depend_on_its_own_tiles_alone()
    {
        using Raster image = await Photograph.CreateAsync(190, 130);
        PlanarBuffer samples = image.Frames[0].Samples;
        TileRun[] runs = [Published.Run(samples, 64, 0, 2), Published.Run(samples, 64, 2, 3), Published.Run(samples, 64, 5, 1), Published.Run(samples, 64)];
        byte[][] expected = [.. runs.Select(run => { using SegmentEncoder fresh = Published.Model.CreateEncoder(5); return Published.Encode(fresh, run); })];
        using SegmentEncoder encoder = Published.Model.CreateEncoder(5);
        foreach (int i in new[] { 3, 1, 0, 2, 1, 3, 0 })
            Assert.Equal(expected[i], Published.Encode(encoder, runs[i]));

        // One decoder reads them in another order.
        using SegmentDecoder decoder = Published.Model.CreateDecoder();
        using var back = new PlanarBuffer(samples.Width, samples.Height, 3);
        foreach ((int first, int count, int i) in new[] { (5, 1, 2), (0, 2, 0), (2, 3, 1) })
            decoder.Decode(expected[i], Published.Run(back, 64, first, count), new ArrayBufferWriter<byte>());
        TileRun whole = Published.Run(samples, 64, 0, 6), decoded = Published.Run(back, 64, 0, 6);
        foreach (PixelRectangle tile in whole.Tiles)
        {
            for (int y = 0; y < 3 * tile.Height; y++)
                Assert.Equal(whole.Row(y % 3, tile, y / 3), decoded.Row(y % 3, tile, y / 3));
        }
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(512, 340, 3, 1)]
    [InlineData(768, 512, 4, 2)]
    [InlineData(4608, 2048, 3, 7)]
    [InlineData(20000, 20000, 1, 10)]
    public void A_segment_has_up_to_sixteen_tiles_and_a_band_as_many_rows_of_them_as_two_megapixels(int width, int height, int rows, int segments)
    {
        Assert.Equal(new(128, rows), Published.Model.PlanTiling(new(width, height, new(3, 8)), 5));
        using var band = new PlanarBuffer(width, Math.Min(height, rows * 128), 3);
        IReadOnlyList<int> counts = Published.Model.PlanSegments(Published.Run(band, 128), (width + 127) / 128, 5);
        Assert.Equal(segments, counts.Count);
        Assert.InRange(counts.Max(), 1, 16);
        Assert.InRange(counts.Max() - counts.Min(), 0, 1);
    }

    [Fact]
    public async Task Tiles_of_a_batch_in_any_order_give_what_each_gives_by_itself()
    {
        using Raster image = await Photograph.CreateAsync(192, 64);
        var graph = BoundGraph.Bind(IdfGraphs.Encoding(Published.Model.Configuration), Published.Weights);
        TileRun run = Published.Run(image.Frames[0].Samples, 64);
        ExactTensor[] tiles = [.. run.Tiles.Select(tile => { var pixels = new ExactTensor(1, 64, 64, 3); TilePixels.Read(run, tile, true, pixels); return pixels; })];
        short[][][] expected = [.. tiles.Select(tile => Outputs(1, tile))];
        foreach (int threads in new[] { 1, 2, 8 })
        {
            foreach (int[] order in new int[][] { [0, 1, 2], [2, 0, 1], [1, 1, 0] })
            {
                var batch = new ExactTensor(3, 64, 64, 3);
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

        short[][] Outputs(int threads, ExactTensor input)
        {
            using IGraphExecutor executor = new ManagedEngine(threads).Prepare(graph);
            ExactTensor[] outputs = [.. graph.Graph.Outputs.Select(o => new ExactTensor(input.Tiles, 64 >> o.Value.Halvings, 64 >> o.Value.Halvings, o.Value.Channels))];
            executor.Run([input], outputs);
            return [.. outputs.Select(o => o.Values.ToArray())];
        }
    }

    [Fact]
    public async Task A_file_of_other_weights_is_refused_by_model_version_and_hash()
    {
        ImmutableArray<byte> hash = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))];
        var other = new Renamed(new(Published.Id, 1, hash));
        using Raster image = await Photograph.CreateAsync(20, 20);
        byte[] file = await new TesseraEncoder(new() { Registry = new ModelRegistryBuilder().Add(new Plugin(other)).Build() }).EncodeToArrayAsync(image);
        string message = (await Assert.ThrowsAsync<TesseraFormatException>(() => Published.DecodeAsync(file))).Message;
        Assert.Contains($"idfpp/photo version 1 (weights {Convert.ToHexStringLower([.. hash])}), which is not installed", message, StringComparison.Ordinal);
        Assert.Contains($"Installed: {Published.Model.Identity}", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_segments_are_format_errors_or_decode_to_something()
    {
        using Raster image = await Photograph.CreateAsync(40, 20);
        using SegmentEncoder encoder = Published.Model.CreateEncoder(5);
        byte[] payload = Published.Encode(encoder, Published.Run(image.Frames[0].Samples, 32));
        var random = new Random(6);
        using SegmentDecoder decoder = Published.Model.CreateDecoder();
        using var target = new PlanarBuffer(40, 20, 3);
        TileRun tiles = Published.Run(target, 32);
        for (int length = 0; length < payload.Length; length += 1 + (length / 70))
            Assert.ThrowsAny<TesseraFormatException>(() => Decode(payload[..length]));
        Assert.ThrowsAny<TesseraFormatException>(() => Decode([.. payload, 0, 0]));
        int refused = 0;
        for (int i = 0; i < 400; i++)
        {
            // The head and the stack are a small part, and the part where most can go wrong.
            byte[] damaged = [.. payload];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                damaged[random.Next(i % 2 == 0 ? payload.Length : Math.Min(200, payload.Length))] ^= (byte)random.Next(1, 256);
            try
            {
                Decode(damaged);
            }
            catch (TesseraFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 390, 400);
        Decode(payload);

        void Decode(byte[] bytes) => decoder.Decode(bytes, tiles, new ArrayBufferWriter<byte>());
    }

    [Fact]
    public void A_segment_of_fewer_channels_or_more_bits_is_a_format_error()
    {
        using SegmentDecoder decoder = Published.Model.CreateDecoder();
        using var image = new PlanarBuffer(8, 8, 3);
        var grid = new TileGrid(8, 8, 1, 8, 1);
        foreach ((SampleFormat format, int channels) in new (SampleFormat, int)[] { (new(3, 8), 1), (new(3, 16), 3) })
        {
            var run = new TileRun(grid, format, image, 0, 1, 0, channels);
            string message = Assert.Throws<TesseraFormatException>(() => decoder.Decode(new byte[100], run, new ArrayBufferWriter<byte>())).Message;
            Assert.Contains($"{channels} channels of {format.BitDepth} bits", message, StringComparison.Ordinal);
            Assert.Contains("idfpp/photo, which codes 3 of 8", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Large_tiles_are_coded_as_the_blocks_that_they_are_cut_into()
    {
        using Raster image = await Photograph.CreateAsync(300, 270);
        PlanarBuffer samples = image.Frames[0].Samples;
        using SegmentEncoder encoder = Published.Model.CreateEncoder(5);
        Assert.Equal(Published.Encode(encoder, Published.Run(samples, 256)), Published.Encode(encoder, Published.Run(samples, 1024)));
    }

    [Fact]
    public async Task After_the_first_segment_tiles_are_coded_without_allocations()
    {
        using Raster image = await Photograph.CreateAsync(384, 64);
        PlanarBuffer samples = image.Frames[0].Samples;
        TileRun few = Published.Run(samples, 64, 0, 1), many = Published.Run(samples, 64);
        using SegmentEncoder encoder = Published.Model.CreateEncoder(5);
        using SegmentDecoder decoder = Published.Model.CreateDecoder();
        var payload = new ArrayBufferWriter<byte>(1 << 20);
        byte[] fewBytes = Published.Encode(encoder, few), manyBytes = Published.Encode(encoder, many);
        Decode(manyBytes, many);
        Assert.Equal(0, Allocation.Of(() => Encode(many)) - Allocation.Of(() => Encode(few)));
        Assert.Equal(0, Allocation.Of(() => Decode(manyBytes, many)) - Allocation.Of(() => Decode(fewBytes, few)));

        void Encode(TileRun run)
        {
            payload.ResetWrittenCount();
            encoder.Encode(run, [], payload);
        }

        void Decode(byte[] bytes, TileRun run) => decoder.Decode(bytes, run, payload);
    }

    private sealed class Plugin(TileModel model) : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => [model];
    }

    /// <summary>The published model under another identity.</summary>
    private sealed class Renamed(ModelIdentity identity) : TileModel
    {
        public override ModelIdentity Identity => identity;

        public override bool Supports(SampleFormat format) => Published.Model.Supports(format);

        public override Tiling PlanTiling(ImageInfo image, int effort) => Published.Model.PlanTiling(image, effort);

        public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort) => Published.Model.PlanSegments(band, columns, effort);

        public override SegmentEncoder CreateEncoder(int effort) => Published.Model.CreateEncoder(effort);

        public override SegmentDecoder CreateDecoder() => Published.Model.CreateDecoder();
    }
}
