using Tessera.Exact;
using Tessera.Exact.Tests.Support;

namespace Tessera.TorchSharp.Tests;

/// <summary>The fixture that devices are tested with is what the specification says, computed in unbounded integers.</summary>
public class SelfTestTests
{
    private static readonly byte[] File = Make();

    [Fact]
    public void The_fixture_is_the_one_that_unbounded_integers_give()
    {
        using var stored = new MemoryStream();
        using (Stream resource = typeof(SelfTest).Assembly.GetManifestResourceStream("self-test.safetensors")!)
            resource.CopyTo(stored);
        if (File.AsSpan().SequenceEqual(stored.ToArray()))
            return;
        string path = Path.Combine(Path.GetTempPath(), "self-test.safetensors");
        System.IO.File.WriteAllBytes(path, File);
        Assert.Fail($"src/Tessera.TorchSharp/SelfTests/self-test.safetensors is not what the graph, the seed and the reference give, which is now in {path}.");
    }

    [Fact]
    public void Its_sums_come_as_near_to_the_limit_as_a_device_is_trusted_with()
    {
        BoundConvolution[] convolutions = [.. BoundGraph.Bind(SelfTest.Graph, SelfTest.Fixture()).Nodes.OfType<BoundConvolution>()];
        Assert.Contains(convolutions, c => c.SumBound > DeviceArithmetic.TensorFloat.SumLimit * 0.99 && c.SumBound <= DeviceArithmetic.TensorFloat.SumLimit);
        Assert.Contains(convolutions, c => ConvolutionPlan.Create(c, DeviceArithmetic.TensorFloat).Parts.Length > 2);
    }

    [Fact]
    public void Its_outputs_are_not_trivial()
    {
        foreach (GraphOutput output in SelfTest.Graph.Outputs)
            Assert.True(SelfTest.Fixture().Tensors[output.Name].ToInt32().Distinct().Count() > 20, output.Name);
    }

    [Fact]
    public void It_has_every_operation() => Assert.Equal(
        typeof(GraphNode).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(GraphNode))).Select(type => type.Name).Order(StringComparer.Ordinal),
        SelfTest.Graph.Nodes.Select(node => node.GetType().Name).Distinct().Order(StringComparer.Ordinal));

    private static byte[] Make()
    {
        var random = new Random(20);
        Graph graph = SelfTest.Graph;

        // All weights of one layer are as large as can be; their signs make sums of every size.
        var writer = new TensorFileWriter();
        foreach (ParameterSpecification parameter in graph.Parameters)
        {
            int length = parameter.Shape.Aggregate(1, (product, extent) => product * extent);
            writer.Add(parameter.Name, parameter.Type, [.. parameter.Shape], Elements(parameter.Name, length, random));
        }

        var input = new ExactTensor(SelfTest.Tiles, SelfTest.Side, SelfTest.Side, SelfTest.Channels);
        foreach (ref short element in input.Values)
            element = (short)random.Next(-2047, 2048);
        int[] shape = [SelfTest.Tiles, SelfTest.Side, SelfTest.Side, SelfTest.Channels];
        writer.Add("input", TensorType.I16, shape, input.Values.ToArray().Select(element => (int)element));
        var bound = BoundGraph.Bind(graph, TensorFile.Read(writer.ToArray()));
        IReadOnlyList<short[]>[] tiles = [.. Enumerable.Range(0, SelfTest.Tiles).Select(tile => new ReferenceEngine(bound).Run([input], tile))];
        for (int i = 0; i < graph.Outputs.Length; i++)
        {
            (int height, int width) = graph.Outputs[i].Value.Sides(SelfTest.Side, SelfTest.Side);
            int number = i;
            writer.Add(
                graph.Outputs[i].Name, TensorType.I16, [SelfTest.Tiles, height, width, graph.Outputs[i].Value.Channels],
                tiles.SelectMany(outputs => outputs[number]).Select(element => (int)element));
        }

        return writer.ToArray();
    }

    private static int[] Elements(string name, int length, Random random)
    {
        int[] elements = [.. Enumerable.Range(0, length).Select(i => name switch
        {
            "first.weight" => random.Next(-127, 128),
            "largest.weight" => (i / 64 % 4) switch { 0 => 127, 1 => -127, _ => random.Next(2) == 0 ? 127 : -127 },
            "parted.weight" => random.Next(-127, 128),
            "first.shift" => random.Next(4, 9),
            "largest.shift" => 5 + (i % 6),
            "parted.shift" => random.Next(9, 13),
            "scores.shift" => 8,
            "attended.shift" or "gathered.shift" => 10,
            "normal.gain" => random.Next(-32767, 32768),
            "normal.offset" => random.Next(-300, 301),
            "order.order" => i,
            "softmax.table" or "columns.table" => (int)Math.Round(32767 * Math.Exp(-i / 150.0)),
            "table.table" or "values.values" => random.Next(-2047, 2048),
            _ when name.EndsWith(".bias", StringComparison.Ordinal) => random.Next(-5000, 5001),
            _ when name.EndsWith(".multiplier", StringComparison.Ordinal) => random.Next(12000, 32768),
            _ => throw new ArgumentException($"What is {name}?"),
        })];
        if (name == "order.order")
            random.Shuffle(elements);
        return elements;
    }
}
