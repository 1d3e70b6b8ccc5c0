using System.Buffers.Binary;
using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Models.DenseFlow.Tests.Support;

namespace Tessera.Models.DenseFlow.Tests;

/// <summary>
/// Small flows that <c>training/</c> rounded and computed by itself: every value that it wrote is what the engine gives, and segments that it coded, on stacks
/// of its own, come back.
/// </summary>
public class FixtureTests
{
    public static TheoryData<string> Names => [.. SmallModel.Names];

    [Fact]
    public void There_are_flows_of_every_kind()
    {
        DenseFlowConfiguration[] all = [.. SmallModel.Names.Select(name => new DenseFlowModel(SmallModel.Fixture(name)).Configuration)];
        Assert.Contains(all, c => c.Dequantiser is null);
        Assert.Contains(all, c => c.Dequantiser is not null);
        Assert.Contains(all, c => c.Blocks.Any(block => block.Noise > 0));
        Assert.Contains(all, c => c.Blocks.Any(block => block.Net.Growth.Length > 1));
        Assert.Contains(all, c => c.Blocks.Length > 2);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_engine_agrees_with_the_simulation_on_every_net(string name)
    {
        TensorFile weights = SmallModel.Fixture(name), fixture = SmallModel.Values(name);
        DenseFlowConfiguration configuration = new DenseFlowModel(weights).Configuration;
        int fraction = configuration.FractionBits, nets = 0;
        for (int b = 0; b < configuration.Blocks.Length; b++)
        {
            for (int u = 0; u < configuration.Blocks[b].Modules.Length; u++)
            {
                string unit = $"block.{b}.unit.{u}";
                for (int m = 0; m < configuration.Blocks[b].Modules[u]; m++)
                {
                    string module = $"{unit}.module.{m}";
                    int[][] said = Run(DenseFlowGraphs.Coupling(configuration, b, u, m), weights, fixture.Tensors[$"{module}.read"]);
                    Assert.Equal(["linear", "scale", "move"], DenseFlowGraphs.Coupling(configuration, b, u, m).Outputs.Select(output => output.Name));
                    Assert.Equal(fixture.Tensors[$"{module}.linear"].ToInt32(), said[0]);
                    Assert.Equal(fixture.Tensors[$"{module}.scale"].ToInt32(), said[1]);
                    Assert.Equal(fixture.Tensors[$"{module}.move"].ToInt32(), said[2]);
                    nets++;
                }

                if (u == 0)
                    continue;
                int[][] noise = Run(DenseFlowGraphs.Noise(configuration, b, u), weights, fixture.Tensors[$"{unit}.noise.read"]);
                Assert.Equal(fixture.Tensors[$"{unit}.noise.mean"].ToInt32(), noise[0].Select(mean => (int)FixedPoint.Shift(mean, fraction - Translation.NetBits)));
                Assert.Equal(fixture.Tensors[$"{unit}.noise.level"].ToInt32(), noise[1].Select(level => 32 + (8 * fraction) + Math.Clamp(level, -16, 16)));
            }
        }

        Assert.Equal(configuration.Blocks.Sum(block => block.Modules.Sum()), nets);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_segment_that_the_simulation_coded_gives_its_pixels_and_its_supply(string name)
    {
        TensorFile fixture = SmallModel.Values(name);
        var model = new DenseFlowModel(SmallModel.Fixture(name));
        Tensor pixels = fixture.Tensors["pixels"];
        (int tiles, int side) = (pixels.Shape[0], pixels.Shape[1]);

        // Tiles lie one below the other.
        using var image = new PlanarBuffer(side, tiles * side, 3);
        Assert.Equal(Bytes(fixture, "supply"), Runs.Decode(model, Bytes(fixture, "payload"), Runs.Of(image, side)));
        int[] samples = pixels.ToInt32();
        for (int i = 0; i < samples.Length; i++)
            Assert.Equal(samples[i], image.Plane(i % 3)[i / 3]);

        // What is popped differs with the words that are fed, of which an encoder decides; so do the last bits of the length.
        byte[] own = Runs.Encode(model, Runs.Of(image, side), Bytes(fixture, "supply"));
        Assert.InRange(own.Length, 0.995 * Bytes(fixture, "payload").Length, 1.005 * Bytes(fixture, "payload").Length);
    }

    private static int[][] Run(Graph graph, TensorFile weights, Tensor read)
    {
        var input = new ExactTensor(read.Shape[0], read.Shape[1], read.Shape[2], read.Shape[3]);
        int[] elements = read.ToInt32();
        for (int i = 0; i < elements.Length; i++)
            input.Values[i] = (short)elements[i];
        ExactTensor[] outputs = [.. graph.Outputs.Select(output => new ExactTensor(input.Tiles, input.Height, input.Width, output.Value.Channels))];
        using IGraphExecutor executor = new ManagedEngine().Prepare(BoundGraph.Bind(graph, weights));
        executor.Run([input], outputs);
        return [.. outputs.Select(output => output.Values.ToArray().Select(value => (int)value).ToArray())];
    }

    private static byte[] Bytes(TensorFile fixture, string name)
    {
        int[] words = fixture.Tensors[name].ToInt32();
        var bytes = new byte[words.Length * sizeof(int)];
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), words[i]);
        return bytes;
    }
}
