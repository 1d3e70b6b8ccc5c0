using Tessera.Exact;
using Tessera.Models.BitSwap.Tests.Support;
using Xunit.Abstractions;
using Tessera.Models.Tests;

namespace Tessera.Models.BitSwap.Tests;

/// <summary>The model that the plugin brings, on a photograph.</summary>
public class PublishedModelTests(ITestOutputHelper output)
{
    private static readonly PublishedWeights Weights = PublishedWeights.All.Single(weights => weights.Id == "bitswap/photo");
    private static readonly TensorFile File = Weights.Read();

    [Fact]
    public async Task A_photograph_comes_back_behind_a_starter_and_no_number_of_threads_makes_a_difference()
    {
        using Raster image = await Photograph.CreateAsync(400, 300);
        ModelRegistry registry = new ModelRegistryBuilder().Add(new BitSwapPlugin()).Add(new Classic.ClassicPlugin()).Build();
        await BitsBackModelTestsBase.AssertThreadsMakeNoDifferenceAsync(image, registry, Weights.Id, 64);
    }

    [Fact]
    public async Task Bit_Swap_needs_fewer_bits_to_begin_with_than_BB_ANS_which_takes_as_many_in_all()
    {
        using Raster image = await Photograph.CreateAsync(128, 64);
        TileRun run = Runs.Of(image.Frames[0].Samples, 64);
        byte[] supply = Runs.Supply(20_000);
        byte[][] payloads = [.. new[] { BitsBackScheme.BitSwap, BitsBackScheme.BbAns }.Select(scheme => Runs.Encode(new BitSwapModel(File, null, scheme), run, supply))];
        int[] used = [.. payloads.Select(payload => Runs.Used(supply, payload))];
        double[] added = [.. payloads.Select(payload => Runs.Added(supply, payload))];
        output.WriteLine($"used {used[0]} and {used[1]} bytes, added {added[0]:F0} and {added[1]:F0} bits");
        Assert.True(2 * used[0] < used[1]);
        Assert.Equal(added[0], added[1], 0.02 * added[0]);
    }
}
