using Tessera.Entropy;
using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Models.BitSwap.Tests.Support;
using Xunit.Abstractions;

namespace Tessera.Models.BitSwap.Tests;

/// <summary>A run takes what the negative evidence lower bound says, for the latents that were drawn.</summary>
public class CostTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. SmallModel.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_run_adds_the_bits_of_its_tables_which_are_no_more_than_half_a_percent_above_the_bound(string name)
    {
        using Raster image = await Photograph.CreateAsync(256, 192);
        TileRun run = Runs.Of(image.Frames[0].Samples, 64);
        TensorFile file = SmallModel.Fixture(name);
        byte[] supply = Runs.Supply(10_000);
        double added = Runs.Added(supply, Runs.Encode(new BitSwapModel(file), run, supply));
        (double bound, double tables) = Bits(new(file), run, supply);
        double subpixels = 3.0 * image.Info.PixelCount;
        output.WriteLine($"{name}: added {added / subpixels:F4}, tables {tables / subpixels:F4}, bound {bound / subpixels:F4} bits per subpixel");
        Assert.InRange(added - tables, -2, 2 + (1e-5 * tables));
        Assert.InRange(added, 0, 1.005 * bound);
    }

    /// <summary>What is pushed less what is popped, by exact logistic distributions and by the integer tables.</summary>
    private static (double Bound, double Tables) Bits(BitSwapWeights weights, TileRun run, byte[] supply)
    {
        using var nets = new ChainNets(weights, new ManagedEngine());
        var variables = new ChainVariables(weights.Configuration);
        using AnsStack stack = AnsStack.FromBytes(supply);
        double bound = 0, tables = 0;
        foreach (PixelRectangle tile in run.Tiles)
        {
            var pixels = new ExactTensor(1, tile.Height, tile.Width, weights.Configuration.Channels);
            TilePixels.Read(run, tile, weights.Configuration.Color != "none", pixels);
            variables.Resize(tile.Height, tile.Width);
            for (int i = 0; i < pixels.Values.Length; i++)
                variables.Image.Values[i] = pixels.Values[i];
            for (int level = 0; level < weights.Configuration.Levels.Length; level++)
            {
                variables.Squeeze(level);
                Distributions posterior = nets.Posterior(variables, level);
                variables.Latents[level].Draw(stack, posterior);
                Count(variables.Latents[level], posterior, -1);
                Distributions prior = nets.Prior(variables, level);
                variables.Below[level].Push(stack, prior);
                Count(variables.Below[level], prior, 1);
            }

            variables.Latents[^1].Push(stack, nets.Top(variables));
            Count(variables.Latents[^1], nets.Top(variables), 1);
        }

        return (bound, tables);

        // Sides are even, so that nothing is a copy.
        void Count(Variable variable, Distributions distributions, int sign)
        {
            for (int i = 0; i < variable.Values.Length; i++)
            {
                (int value, int location, int level) = (variable.Values[i], distributions.Locations[i], distributions.Levels[i]);
                bound += sign * LogisticCost.Likelihood(value, location, level);
                tables += sign * (sign < 0 ? DrawnBits(value, location, level) : LogisticCost.Tables(value, location, level));
            }
        }
    }

    /// <summary>A draw has no excess beyond an escape.</summary>
    private static double DrawnBits(int value, int location, int level)
    {
        TablePlacement placement = ScaleTables.Logistic.Place(location, level);
        uint frequency = ScaleTables.Logistic.Tables.Interval(placement.Table, (value >> placement.Shift) - placement.Origin).Frequency;
        return FrequencyTables.Precision - Math.Log2(frequency) + placement.Shift;
    }
}
