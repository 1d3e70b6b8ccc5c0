using Tessera.Exact;
using Tessera.Models.Classic;

namespace Tessera.Models.EfficientVdvae.Tests;

/// <summary>The model that the plugin brings, on a photograph.</summary>
public class PublishedModelTests
{
    private static readonly PublishedWeights Weights = PublishedWeights.All.Single(weights => weights.Id == "evdvae/photo");
    private static readonly TensorFile File = Weights.Read();

    [Fact]
    public async Task A_photograph_comes_back_behind_a_starter_and_no_number_of_threads_makes_a_difference()
    {
        using Raster image = await Photograph.CreateAsync(400, 300);
        ModelRegistry registry = new ModelRegistryBuilder().Add(new EfficientVdvaePlugin()).Add(new ClassicPlugin()).Build();
        byte[] expected = await Encode(1);
        foreach (int threads in new[] { 2, 8 })
        {
            Assert.Equal(Hash.Of(expected), Hash.Of(await Encode(threads)));
            using Raster back = await new TesseraDecoder(new() { Registry = registry, MaxDegreeOfParallelism = threads }).DecodeToRasterAsync(new MemoryStream(expected));
            Assert.True(image.HasSamePixels(back));
        }

        Task<byte[]> Encode(int threads) =>
            new TesseraEncoder(new() { Registry = registry, ModelIds = [Weights.Id], MaxDegreeOfParallelism = threads, TileSize = 64 }).EncodeToArrayAsync(image);
    }

    [Fact]
    public async Task Few_latents_are_kept_and_a_first_tile_needs_little()
    {
        using Raster image = await Photograph.CreateAsync(64, 64);
        TileRun run = Runs.Of(image.Frames[0].Samples, 64);
        byte[] supply = Runs.Supply(20_000), payload = Runs.Encode(new EfficientVdvaeModel(File), run, supply);
        int used = Runs.Used(supply, payload);

        // Of a tile that takes kilobytes.
        Assert.InRange(used, 1, 400);
        Assert.True(Runs.Added(supply, payload) > 8 * used);
    }
}
