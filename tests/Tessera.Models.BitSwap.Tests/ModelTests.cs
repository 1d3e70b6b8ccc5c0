using FsCheck;
using FsCheck.Fluent;
using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Models.BitSwap.Tests.Support;
using Tessera.Models.Tests;

namespace Tessera.Models.BitSwap.Tests;

/// <summary>A chain is lossless whatever its weights are, and says so when data are not its own.</summary>
public class ModelTests : BitsBackModelTestsBase
{
    private static readonly Gen<int> Seeds = Gen.Choose(0, int.MaxValue - 1);

    /// <inheritdoc/>
    protected override TileModel Create(IEngine? engine = null) => new BitSwapModel(SmallModel.Tiny, engine);

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
        await AssertThreadsMakeNoDifferenceAsync(image, SmallModel.Registry(), Create().Identity.Id, 16);
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
    public async Task A_file_names_its_weights_when_they_are_missing()
    {
        using Raster image = await Photograph.CreateAsync(64, 40);
        byte[] file = await SmallModel.EncodeAsync(image, SmallModel.Registry(scheme: BitsBackScheme.BbAns), tileSize: 16);
        TesseraFormatException missing = await Assert.ThrowsAsync<TesseraFormatException>(() => SmallModel.DecodeAsync(file, SmallModel.Registry()));
        Assert.Contains($"bitswap/tiny/bb-ans version 1 (weights {Convert.ToHexStringLower(SmallModel.Tiny.Hash.AsSpan())})", missing.Message, StringComparison.Ordinal);
    }
}
