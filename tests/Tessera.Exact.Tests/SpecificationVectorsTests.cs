using System.Globalization;
using Tessera.Exact.Managed;
using Tessera.Exact.Tests.Support;

namespace Tessera.Exact.Tests;

/// <summary>Runs the test vectors of <c>spec/arithmetic.md</c>, with the reference and with every kernel.</summary>
public sealed class SpecificationVectorsTests
{
    private static readonly string[][] Blocks = ReadBlocks();

    [Fact]
    public void The_vectors_of_requantisation_hold()
    {
        int[][] vectors = [.. Blocks[0].Select(line => Numbers(line.Replace(":", "", StringComparison.Ordinal)))];
        int count = vectors.Length;
        Assert.Equal(20, count);

        // The sum is the bias, the weights are 0; each vector is a channel.
        var builder = new GraphBuilder();
        builder.Output("output", builder.Convolution(builder.Input("input", 1, ValueRange.Activation), "layer", count, 1, ValueRange.Full));
        byte[] weights = new TensorFileWriter()
            .Add("layer.weight", TensorType.I8, [count, 1, 1, 1], new int[count])
            .Add("layer.bias", TensorType.I32, [count], vectors.Select(v => v[0]))
            .Add("layer.shift", TensorType.U8, [count], vectors.Select(v => v[1]))
            .Add("layer.multiplier", TensorType.I16, [count], vectors.Select(v => v[2]))
            .ToArray();
        Check(builder.Build(), weights, new(1, 1, 1, 1), vectors.Select(v => v[3]));
    }

    [Fact]
    public void The_vectors_of_convolution_hold()
    {
        Dictionary<string, int[]> vectors = Named(Blocks[1]);
        foreach ((Padding padding, string name) in new[] { (Padding.Zero, "zero"), (Padding.Replicate, "replicate") })
        {
            var builder = new GraphBuilder();
            builder.Output("output", builder.Convolution(builder.Input("input", 2, ValueRange.Activation), "layer", 1, 3, ValueRange.Activation, padding));
            byte[] weights = new TensorFileWriter()
                .Add("layer.weight", TensorType.I8, [1, 3, 3, 2], vectors["weight"])
                .Add("layer.bias", TensorType.I32, [1], [1000])
                .Add("layer.shift", TensorType.U8, [1], [8])
                .Add("layer.multiplier", TensorType.I16, [1], [20000])
                .ToArray();
            Check(builder.Build(), weights, Filled(new(1, 3, 3, 2), vectors["input"]), vectors[name]);
        }
    }

    [Fact]
    public void The_vectors_of_group_normalisation_hold()
    {
        Dictionary<string, int[]> vectors = Named(Blocks[2]);
        var builder = new GraphBuilder();
        builder.Output("output", builder.Normalization(builder.Input("input", 4, ValueRange.Activation), "layer", 2, ValueRange.Activation));
        byte[] weights = new TensorFileWriter()
            .Add("layer.gain", TensorType.I16, [4], vectors["gain"])
            .Add("layer.offset", TensorType.I16, [4], vectors["offset"])
            .ToArray();
        Check(builder.Build(), weights, Filled(new(1, 2, 2, 4), vectors["input"]), vectors["output"]);
    }

    private static void Check(Graph graph, byte[] weights, ExactTensor input, IEnumerable<int> expected)
    {
        var bound = BoundGraph.Bind(graph, TensorFile.Read(weights));
        short[] wanted = [.. expected.Select(element => (short)element)];
        Assert.Equal(wanted, Assert.Single(new ReferenceEngine(bound).Run([input], 0)));
        foreach (ConvolutionKernel kernel in ConvolutionKernel.All.Where(k => k.IsSupported))
        {
            using IGraphExecutor executor = new ManagedEngine(1, _ => kernel).Prepare(bound);
            var output = new ExactTensor(1, input.Height, input.Width, graph.Outputs[0].Value.Channels);
            executor.Run([input], [output]);
            Assert.Equal(wanted, output.Values.ToArray());
        }
    }

    private static ExactTensor Filled(ExactTensor tensor, int[] elements)
    {
        for (int i = 0; i < elements.Length; i++)
            tensor.Values[i] = (short)elements[i];
        return tensor;
    }

    private static Dictionary<string, int[]> Named(string[] block) =>
        block.Select(line => line.Split(' ', 2)).ToDictionary(parts => parts[0], parts => Numbers(parts[1]));

    private static int[] Numbers(string line) =>
        [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => int.Parse(word, CultureInfo.InvariantCulture))];

    private static string[][] ReadBlocks()
    {
        string? folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "spec", "arithmetic.md")))
            folder = Path.GetDirectoryName(folder) ?? throw new FileNotFoundException("spec/arithmetic.md");
        string[] parts = File.ReadAllText(Path.Combine(folder, "spec", "arithmetic.md")).ReplaceLineEndings("\n").Split("```text\n");
        return [.. parts[1..].Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)].Trim().Split('\n'))];
    }
}
