using Tessera.Exact;
using Tessera.Models.Tests;
using Xunit.Abstractions;

namespace Tessera.Models.DenseFlow.Tests;

/// <summary>The model that the plugin brings, on a photograph.</summary>
public class PublishedModelTests(ITestOutputHelper output)
{
    private static readonly PublishedWeights Weights = PublishedWeights.All.Single(weights => weights.Id == "denseflow/photo");
    private static readonly TensorFile File = Weights.Read();

    [Fact]
    public async Task A_photograph_comes_back_behind_a_starter_and_no_number_of_threads_makes_a_difference()
    {
        using Raster image = await Photograph.CreateAsync(400, 300);
        ModelRegistry registry = new ModelRegistryBuilder().Add(new DenseFlowPlugin()).Add(new Classic.ClassicPlugin()).Build();
        await BitsBackModelTestsBase.AssertThreadsMakeNoDifferenceAsync(image, registry, Weights.Id, 32);
    }

    [Fact]
    public async Task A_tile_finds_what_it_needs_in_a_twentieth_of_what_local_bits_back_coding_takes()
    {
        // Of 32 x 32 pixels, whose noise local bits-back coding at its published precision pops from 0.9 Mbit.
        const double LocalBitsBack = 900_000;
        using Raster image = await Photograph.CreateAsync(32, 32);
        TileRun run = Runs.Of(image.Frames[0].Samples, 32);
        byte[] supply = Runs.Supply(20_000), payload = Runs.Encode(new DenseFlowModel(File), run, supply);
        int used = 8 * Runs.Used(supply, payload);
        output.WriteLine($"{used} bits");
        Assert.InRange(used, 3 * 32 * 32 * 4, LocalBitsBack / 20);
    }

    [Fact]
    public async Task A_photograph_takes_less_than_half_of_its_samples()
    {
        using Raster image = await Photograph.CreateAsync(256, 256);
        TileRun run = Runs.Of(image.Frames[0].Samples, 128);
        byte[] supply = Runs.Supply(100_000);
        double rate = Runs.Added(supply, Runs.Encode(new DenseFlowModel(File), run, supply)) / (3 * 256 * 256);
        output.WriteLine($"{rate:F4} bits per subpixel");
        Assert.InRange(rate, 1, 4);
    }
}
