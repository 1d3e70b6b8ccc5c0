using FsCheck;
using FsCheck.Fluent;
using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Models.DenseFlow.Tests.Support;
using Tessera.Models.Tests;

namespace Tessera.Models.DenseFlow.Tests;

/// <summary>A flow is lossless whatever its weights are, and says so when data are not its own.</summary>
public class ModelTests : BitsBackModelTestsBase
{
    private static readonly Gen<int> Seeds = Gen.Choose(0, int.MaxValue - 1);

    public static TheoryData<string> Images => ["noise", "flat", "black", "white", "checks", "photograph"];

    /// <inheritdoc/>
    protected override IEnumerable<TileModel> Models => [Create(), new DenseFlowModel(SmallModel.Uniform), new DenseFlowModel(SmallModel.Huge)];

    /// <inheritdoc/>
    protected override TileModel Create(IEngine? engine = null) => new DenseFlowModel(SmallModel.Tiny, engine);

    [Fact]
    public void Any_tiles_come_back_whatever_the_weights_are() => Prop.ForAll(Seeds.ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var model = new DenseFlowModel(SmallModel.Random(random));
        int side = random.Next(1, 40);
        using PlanarBuffer image = Runs.Noise(random, random.Next(1, 60), random.Next(1, 60), 3);
        AssertRoundTrip(model, image, side, Runs.Supply(200_000 + random.Next(4), seed));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(3, 3)]
    [InlineData(17, 5)]
    [InlineData(64, 64)]
    [InlineData(1, 256)]
    [InlineData(255, 7)]
    [InlineData(256, 256)]
    public void A_block_of_any_size_comes_back(int width, int height)
    {
        using PlanarBuffer image = Runs.Noise(new(width), width, height, 3);
        foreach (TileModel model in Models)
            AssertRoundTrip(model, image, 256, Runs.Supply(2000 + (10 * (width + 7) * (height + 7))));
    }

    [Theory]
    [MemberData(nameof(Images))]
    public async Task Any_image_comes_back_from_a_segment_of_several_tiles(string kind)
    {
        using PlanarBuffer image = await DrawAsync(kind, 150, 70);
        foreach (TileModel model in Models)
            AssertRoundTrip(model, image, 32, Runs.Supply(10_000));
    }

    [Fact]
    public async Task Flows_code_tiles_and_what_overflows_is_coded_without()
    {
        // Eight bits a sample, no more and no less, is what a tile takes without a flow.
        using PlanarBuffer photograph = await DrawAsync("photograph", 64, 64);
        byte[] supply = Runs.Supply(60_000);
        double plain = 64 * 64 * 3 * 8;
        Assert.Equal(plain, Runs.Added(supply, AssertRoundTrip(new DenseFlowModel(SmallModel.Huge), photograph, 64, supply)), 64.0);
        Assert.NotInRange(Runs.Added(supply, AssertRoundTrip(Create(), photograph, 64, supply)), plain - 1000, plain + 1000);
    }

    [Theory]
    [InlineData(1, 1, 16)]
    [InlineData(33, 1, 8)]
    [InlineData(1, 50, 16)]
    [InlineData(61, 47, 16)]
    [InlineData(64, 64, 7)]
    [InlineData(130, 70, 64)]
    public async Task Files_of_images_of_any_size_come_back(int width, int height, int side)
    {
        using Raster image = await Photograph.CreateAsync(width, height);
        foreach (TensorFile weights in new[] { SmallModel.Tiny, SmallModel.Uniform })
        {
            ModelRegistry registry = SmallModel.Registry(weights);
            using Raster back = await SmallModel.DecodeAsync(await SmallModel.EncodeAsync(image, registry, tileSize: side), registry);
            Assert.True(image.HasSamePixels(back));
        }
    }

    [Fact]
    public async Task A_file_of_several_tiles_is_coded_by_the_starter_and_the_flow()
    {
        using Raster image = await Photograph.CreateAsync(200, 100);
        byte[] file = await SmallModel.EncodeAsync(image, SmallModel.Registry(), tileSize: 32);
        FileReport report = await TesseraInspector.InspectAsync(new MemoryStream(file));
        Assert.Contains(report.Models, model => model.Id == SmallModel.Id);
        Assert.All(report.Segments, segment => Assert.Equal(2, segment.Header.Runs.Length));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(37)]
    public async Task Any_number_of_threads_writes_and_reads_the_same_file(int tileSize)
    {
        using Raster image = await Photograph.CreateAsync(200, 130);
        await AssertThreadsMakeNoDifferenceAsync(image, SmallModel.Registry(), SmallModel.Id, tileSize);
    }

    [Fact]
    public void Tiles_of_a_batch_in_any_order_give_what_each_gives_by_itself()
    {
        var configuration = DenseFlowConfiguration.FromJson(SmallModel.TinyConfiguration);
        var random = new Random(4);
        foreach (Graph graph in new[] { DenseFlowGraphs.Coupling(configuration, 0, 1, 0), DenseFlowGraphs.Noise(configuration, 0, 2), DenseFlowGraphs.Dequantiser(configuration) })
        {
            var bound = BoundGraph.Bind(graph, SmallModel.Tiny);
            ExactTensor[] tiles = [.. Enumerable.Range(0, 3).Select(_ => Noise(graph.Inputs[0].Output.Channels))];
            short[][][] expected = [.. tiles.Select(tile => Outputs(bound, 1, tile))];
            foreach (int threads in new[] { 1, 2, 8 })
            {
                foreach (int[] order in new int[][] { [0, 1, 2], [2, 0, 1], [1, 1, 0] })
                {
                    var batch = new ExactTensor(3, tiles[0].Height, tiles[0].Width, tiles[0].Channels);
                    for (int i = 0; i < 3; i++)
                        tiles[order[i]].Values.CopyTo(batch.Tile(i));
                    short[][] outputs = Outputs(bound, threads, batch);
                    for (int i = 0; i < 3; i++)
                    {
                        for (int k = 0; k < outputs.Length; k++)
                            Assert.Equal(expected[order[i]][k], outputs[k].AsSpan(i * outputs[k].Length / 3, outputs[k].Length / 3));
                    }
                }
            }
        }

        ExactTensor Noise(int channels)
        {
            var tile = new ExactTensor(1, 9, 13, channels);
            foreach (ref short element in tile.Values)
                element = (short)random.Next(-2047, 2048);
            return tile;
        }

        static short[][] Outputs(BoundGraph graph, int threads, ExactTensor input)
        {
            using IGraphExecutor executor = new ManagedEngine(threads).Prepare(graph);
            ExactTensor[] outputs = [.. graph.Graph.Outputs.Select(o => new ExactTensor(input.Tiles, input.Height, input.Width, o.Value.Channels))];
            executor.Run([input], outputs);
            return [.. outputs.Select(o => o.Values.ToArray())];
        }
    }

    private static byte[] AssertRoundTrip(TileModel model, PlanarBuffer image, int side, byte[] supply)
    {
        using var back = new PlanarBuffer(image.Width, image.Height, 3);
        byte[] payload = Runs.Encode(model, Runs.Of(image, side), supply);
        Assert.Equal(supply, Runs.Decode(model, payload, Runs.Of(back, side)));
        Runs.AssertSame(image, back);
        return payload;
    }

    private static async Task<PlanarBuffer> DrawAsync(string kind, int width, int height)
    {
        using Raster photograph = await Photograph.CreateAsync(width, height);
        PlanarBuffer image = Runs.Noise(new(7), width, height, 3);
        for (int c = 0; c < 3; c++)
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    ref ushort sample = ref image.Row(c, y)[x];
                    sample = kind switch
                    {
                        "flat" => 77,
                        "black" => 0,
                        "white" => 255,
                        "checks" => (ushort)((x + y + c) % 2 * 255),
                        "photograph" => photograph.Frames[0].Samples.Row(c, y)[x],
                        _ => sample,
                    };
                }
            }
        }

        return image;
    }
}
