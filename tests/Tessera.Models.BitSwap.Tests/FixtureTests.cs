using Tessera.Entropy;
using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Models.BitSwap.Tests.Support;

namespace Tessera.Models.BitSwap.Tests;

/// <summary>
/// Small chains that <c>training/</c> rounded and computed by itself: every value that it wrote is what the engine gives, and what it drew comes
/// back.
/// </summary>
public class FixtureTests
{
    public static TheoryData<string> Names => [.. SmallModel.Names];

    [Fact]
    public void There_are_chains_of_every_kind()
    {
        BitSwapConfiguration[] all = [.. SmallModel.Names.Select(name => new BitSwapModel(SmallModel.Fixture(name)).Configuration)];
        Assert.Contains(all, c => c.Levels.Any(level => level.Base == 2));
        Assert.Contains(all, c => c.Levels.Skip(1).Any(level => level.Squeeze && level.Base == 1));
        Assert.Contains(all, c => c.Levels.Any(level => !level.Squeeze));
        Assert.Contains(all, c => c.Levels.Any(level => level.Latent == c.Channels * level.Base));
        Assert.Contains(all, c => c.Levels.Any(level => level.Prior.LayerKernels.Count() > 1));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_engine_agrees_with_the_simulation_on_every_distribution(string name)
    {
        TensorFile fixture = SmallModel.Values(name);
        var weights = new BitSwapWeights(SmallModel.Fixture(name));
        using var nets = new ChainNets(weights, new ManagedEngine());
        for (int tile = 0; tile < fixture.Tensors["pixels"].Shape[0]; tile++)
        {
            ChainVariables variables = Read(fixture, tile, weights.Configuration);
            for (int level = 0; level < weights.Configuration.Levels.Length; level++)
            {
                variables.Squeeze(level);
                Assert.Equal(Elements(fixture, $"{level}.below", tile), variables.Below[level].Values.ToArray());
                AssertSame(fixture, $"{level}.posterior", tile, nets.Posterior(variables, level));
                Elements(fixture, $"{level}.latent", tile).CopyTo(variables.Latents[level].Values);
                AssertSame(fixture, $"{level}.prior", tile, nets.Prior(variables, level));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_the_simulation_drew_is_what_an_encoder_pops_from_a_stack_that_holds_it(string name)
    {
        TensorFile fixture = SmallModel.Values(name);
        TensorFile file = SmallModel.Fixture(name);
        var weights = new BitSwapWeights(file);
        using var nets = new ChainNets(weights, new ManagedEngine());
        for (int tile = 0; tile < fixture.Tensors["pixels"].Shape[0]; tile++)
        {
            // As a decoder does it, from the latents: what is then on the stack makes an encoder draw the same latents.
            ChainVariables variables = Read(fixture, tile, weights.Configuration);
            using var stack = new AnsStack();
            for (int level = weights.Configuration.Levels.Length - 1; level >= 0; level--)
            {
                Elements(fixture, $"{level}.below", tile).CopyTo(variables.Below[level].Values);
                Elements(fixture, $"{level}.latent", tile).CopyTo(variables.Latents[level].Values);
                variables.Latents[level].PutBack(stack, nets.Posterior(variables, level));
            }

            for (int level = 0; level < weights.Configuration.Levels.Length; level++)
            {
                variables.Squeeze(level);
                variables.Latents[level].Draw(stack, nets.Posterior(variables, level));
                Assert.Equal(Elements(fixture, $"{level}.latent", tile), variables.Latents[level].Values.ToArray());
            }

            Assert.True(stack.IsEmpty);
        }
    }

    private static ChainVariables Read(TensorFile fixture, int tile, BitSwapConfiguration configuration)
    {
        int side = fixture.Tensors["pixels"].Shape[1];
        int[] samples = Elements(fixture, "pixels", tile);
        using var image = new PlanarBuffer(side, side, configuration.Channels);
        for (int i = 0; i < samples.Length; i++)
            image.Plane(i % configuration.Channels)[i / configuration.Channels] = (ushort)samples[i];
        TileRun run = Runs.Of(image, side);
        var pixels = new ExactTensor(1, side, side, configuration.Channels);
        TilePixels.Read(run, run.Tiles[0], configuration.Color != "none", pixels);
        var variables = new ChainVariables(configuration);
        variables.Resize(side, side);
        for (int i = 0; i < samples.Length; i++)
            variables.Image.Values[i] = pixels.Values[i];
        return variables;
    }

    private static void AssertSame(TensorFile fixture, string name, int tile, Distributions actual)
    {
        Assert.Equal(Elements(fixture, $"{name}.location", tile), actual.Locations.ToArray());
        Assert.Equal(Elements(fixture, $"{name}.level", tile), actual.Levels.ToArray().Select(level => (int)level));
    }

    private static int[] Elements(TensorFile fixture, string name, int tile)
    {
        int[] all = fixture.Tensors[name].ToInt32();
        int length = all.Length / fixture.Tensors[name].Shape[0];
        return all[(tile * length)..((tile + 1) * length)];
    }
}
