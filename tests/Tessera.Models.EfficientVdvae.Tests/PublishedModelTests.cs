using Tessera.Exact;
using Tessera.Models.Classic;
using Tessera.Models.Tests;

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
        await BitsBackModelTestsBase.AssertThreadsMakeNoDifferenceAsync(image, registry, Weights.Id, 64);
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
