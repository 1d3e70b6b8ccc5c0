using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Models.IdfPlusPlus.Tests.Support;

namespace Tessera.Models.IdfPlusPlus.Tests;

/// <summary>
/// Small flows that <c>training/</c> rounded and computed by itself: every value that it wrote is what the engine gives, and what it
/// wrote of an image comes back as that image.
/// </summary>
public class FixtureTests
{
    public static TheoryData<string> Names => [.. Flows];

    private static IEnumerable<string> Flows => Directory.GetFiles(Folder, "*.fixture.safetensors").Select(path => Path.GetFileName(path).Split('.')[0]);

    private static string Folder => Repository.PathOf("tests", "fixtures", "idfpp");

    [Fact]
    public void There_are_flows_of_every_kind()
    {
        IdfConfiguration[] all = [.. Flows.Select(name => new IdfModel(Read($"{name}.safetensors")).Configuration)];
        Assert.Contains(all, c => c is { Activation: "swish", Normalization: "group" });
        Assert.Contains(all, c => c is { Activation: "relu", Normalization: "none" });
        Assert.Contains(all, c => c.Split == ChannelSplit.Quincunx);
        Assert.Contains(all, c => c.Split == ChannelSplit.Interlaced);
        Assert.Contains(all, c => c.Color == "ycocg-r");
        Assert.Contains(all, c => !c.InversePermutation);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_engine_agrees_with_the_simulation_on_every_value_of_every_net(string name)
    {
        TensorFile weights = Read($"{name}.safetensors"), fixture = Read($"{name}.fixture.safetensors");
        IdfConfiguration configuration = new IdfModel(weights).Configuration;
        int nets = 0;
        for (int level = 0; level < configuration.Levels.Length; level++)
        {
            for (int step = 0; step < configuration.Levels[level].Steps; step++)
            {
                ExactTensor output = Run(IdfGraphs.CouplingNet(configuration, level, step), weights, Tensor(fixture, $"flow.{level}.{step}.net.input"))[0];
                AssertSame(fixture, $"flow.{level}.{step}.net.output", output);
                nets++;
            }

            if (configuration.Levels[level].Prior is null)
                continue;
            ExactTensor[] distribution = Run(IdfGraphs.Prior(configuration, level), weights, Tensor(fixture, $"prior.{level}.net.input"));
            AssertSame(fixture, $"leaving.{level}.location", distribution[0]);
            AssertSame(fixture, $"leaving.{level}.level", distribution[1]);
            nets++;
        }

        Assert.Equal(nets, fixture.Tensors.Keys.Count(key => key.EndsWith(".net.output", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_engine_agrees_with_the_simulation_on_whole_flows_both_ways(string name)
    {
        TensorFile weights = Read($"{name}.safetensors"), fixture = Read($"{name}.fixture.safetensors");
        IdfConfiguration configuration = new IdfModel(weights).Configuration;
        Tensor pixels = fixture.Tensors["input"];
        int tiles = pixels.Shape[0], side = pixels.Shape[1];
        int[] samples = pixels.ToInt32();
        for (int tile = 0; tile < tiles; tile++)
        {
            using var image = new PlanarBuffer(side, side, configuration.Channels);
            for (int i = 0; i < side * side * configuration.Channels; i++)
                image.Plane(i % configuration.Channels)[i / configuration.Channels] = (ushort)samples[(tile * side * side * configuration.Channels) + i];
            var run = new TileRun(new TileGrid(side, side, 1, side, 1), new(configuration.Channels, 8), image, 0, 1, 0, configuration.Channels);
            var input = new ExactTensor(1, side, side, configuration.Channels);
            TilePixels.Read(run, run.Tiles[0], configuration.Color != "none", input);

            ExactTensor[] outputs = Run(IdfGraphs.Encoding(configuration), weights, input);
            int tensors = 1 + configuration.DistributionTensors;
            Assert.Equal((tensors * configuration.Parts) + 1, outputs.Length);
            for (int part = 0; part < configuration.Parts; part++)
            {
                AssertSame(fixture, $"leaving.{part}.value", outputs[tensors * part], tile);
                AssertDistribution(fixture, part, outputs.AsSpan((tensors * part) + 1, tensors - 1), tile);
            }

            AssertSame(fixture, "left.value", outputs[^1], tile);

            ExactTensor stays = outputs[^1];
            for (int level = configuration.Levels.Length - 1; level >= 0; level--)
            {
                List<ExactTensor> known = [stays], carried = [];
                int first = level * configuration.PartsPerLevel;
                for (int part = first; part < Math.Min(first + configuration.PartsPerLevel, configuration.Parts); part++)
                {
                    if (part % configuration.Channels == 0)
                        carried.Clear();
                    ExactTensor[] distribution = Run(IdfGraphs.Prior(configuration, part), weights, [.. known, .. carried]);
                    AssertDistribution(fixture, part, distribution.AsSpan(0, tensors - 1), tile);
                    carried.AddRange(distribution[(tensors - 1)..]);
                    known.Add(outputs[tensors * part]);
                }

                stays = Run(IdfGraphs.Decoding(configuration, level), weights, [.. known])[0];
            }

            Assert.Equal(input.Values.ToArray(), stays.Values.ToArray());
        }
    }

    private static ExactTensor[] Run(Graph graph, TensorFile weights, params ExactTensor[] inputs)
    {
        using IGraphExecutor executor = new ManagedEngine().Prepare(BoundGraph.Bind(graph, weights));
        int halvings = graph.Inputs[0].Output.Halvings;
        ExactTensor[] outputs = [.. graph.Outputs.Select(output => new ExactTensor(
            inputs[0].Tiles, Side(inputs[0].Height, output), Side(inputs[0].Width, output), output.Value.Channels))];
        executor.Run(inputs, outputs);
        return outputs;

        int Side(int side, GraphOutput output) => (side << halvings) >> output.Value.Halvings;
    }

    private static ExactTensor Tensor(TensorFile file, string name)
    {
        Tensor tensor = file.Tensors[name];
        var result = new ExactTensor(tensor.Shape[0], tensor.Shape[1], tensor.Shape[2], tensor.Shape[3]);
        int[] elements = tensor.ToInt32();
        for (int i = 0; i < elements.Length; i++)
            result.Values[i] = (short)elements[i];
        return result;
    }

    private static void AssertSame(TensorFile fixture, string name, ExactTensor actual, int? tile = null)
    {
        short[] expected = [.. fixture.Tensors[name].ToInt32().Select(element => (short)element)];
        int length = expected.Length / fixture.Tensors[name].Shape[0];
        Assert.Equal(tile is { } t ? expected.AsSpan(t * length, length).ToArray() : expected, actual.Values.ToArray());
    }

    private static void AssertDistribution(TensorFile fixture, int part, ReadOnlySpan<ExactTensor> distribution, int tile)
    {
        AssertSame(fixture, $"leaving.{part}.level", distribution[1], tile);
        AssertSame(fixture, $"leaving.{part}.location", Published.Locations(distribution), tile);
    }

    private static TensorFile Read(string name) => TensorFile.Read(File.ReadAllBytes(Path.Combine(Folder, name)));
}
