using System.Globalization;

namespace Tessera.Exact.Tests.Support;

/// <summary>A test vector of <c>spec/arithmetic.md</c>: a graph, what goes into it, and what comes out.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Graph">The graph, of one operation, with its weights.</param>
/// <param name="Input">The input.</param>
/// <param name="Expected">The output.</param>
internal sealed record VectorCase(string Name, BoundGraph Graph, ExactTensor Input, short[] Expected);

/// <summary>The test vectors of <c>spec/arithmetic.md</c>, read from there.</summary>
internal static class SpecificationVectors
{
    private static readonly string[][] Blocks = ReadBlocks();

    /// <summary>All of them.</summary>
    public static IReadOnlyDictionary<string, VectorCase> All { get; } =
        new[] { Requantisation(), Convolution(), GroupNormalisation(), Softmax(), Products(), ReinterpretationAndMeans() }
            .SelectMany(cases => cases).ToDictionary(vectors => vectors.Name);

    public static TheoryData<string> Names => [.. All.Keys];

    public static VectorCase Get(string name) => All[name];

    private static IEnumerable<VectorCase> Requantisation()
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
        yield return Case("requantisation", builder.Build(), weights, new(1, 1, 1, 1), vectors.Select(v => v[3]));
    }

    private static IEnumerable<VectorCase> Convolution()
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
            yield return Case($"convolution, {name}", builder.Build(), weights, Filled(new(1, 3, 3, 2), vectors["input"]), vectors[name]);
        }
    }

    private static IEnumerable<VectorCase> GroupNormalisation()
    {
        Dictionary<string, int[]> vectors = Named(Blocks[2]);
        var builder = new GraphBuilder();
        builder.Output("output", builder.Normalization(builder.Input("input", 4, ValueRange.Activation), "layer", 2, ValueRange.Activation));
        byte[] weights = new TensorFileWriter()
            .Add("layer.gain", TensorType.I16, [4], vectors["gain"])
            .Add("layer.offset", TensorType.I16, [4], vectors["offset"])
            .ToArray();
        yield return Case("group normalisation", builder.Build(), weights, Filled(new(1, 2, 2, 4), vectors["input"]), vectors["output"]);
    }

    private static IEnumerable<VectorCase> Softmax()
    {
        Dictionary<string, int[]> vectors = Named(Blocks[3]);
        foreach ((SoftmaxAxis axis, int bits, string name) in new[] { (SoftmaxAxis.Channels, 15, "channels"), (SoftmaxAxis.Tokens, 10, "tokens") })
        {
            var builder = new GraphBuilder();
            builder.Output("output", builder.Softmax(builder.Input("input", 2, new(-5, 5)), "layer", axis, bits, new(0, 32767)));
            byte[] weights = new TensorFileWriter().Add("layer.table", TensorType.I16, [11], vectors["table"]).ToArray();
            yield return Case($"softmax, {name}", builder.Build(), weights, Filled(new(1, 2, 3, 2), vectors["input"]), vectors[name]);
        }
    }

    private static IEnumerable<VectorCase> Products()
    {
        Dictionary<string, int[]> vectors = Named(Blocks[4]);
        foreach ((ProductKind kind, string second, string name) in new[]
        {
            (ProductKind.Plain, "second", "plain"), (ProductKind.SecondTransposed, "list", "transposed"), (ProductKind.FirstTransposed, "", "squares"),
        })
        {
            var builder = new GraphBuilder();
            GraphValue a = builder.Input("input", 3, ValueRange.Activation);
            TensorFileWriter writer = new TensorFileWriter()
                .Add("layer.shift", TensorType.U8, [1], [9])
                .Add("layer.multiplier", TensorType.I16, [1], [20000]);
            GraphValue b = a;
            if (second.Length > 0)
            {
                (int tokens, int channels) = kind == ProductKind.Plain ? (3, 2) : (2, 3);
                b = builder.Constant("b", tokens, channels, ValueRange.Activation);
                writer.Add("b.values", TensorType.I16, [tokens, channels], vectors[second]);
            }

            builder.Output("output", builder.Product(a, b, "layer", new(-5000, 5000), kind));
            yield return Case($"product, {name}", builder.Build(), writer.ToArray(), Filled(new(1, 2, 2, 3), vectors["first"]), vectors[name]);
        }
    }

    private static IEnumerable<VectorCase> ReinterpretationAndMeans()
    {
        Dictionary<string, int[]> vectors = Named(Blocks[5]);
        foreach ((string name, Func<GraphBuilder, GraphValue, GraphValue> operation) in new (string, Func<GraphBuilder, GraphValue, GraphValue>)[]
        {
            ("tokens", (builder, input) => builder.Reinterpretation(input)),
            ("inverse", (builder, input) => builder.Reinterpretation(input, inverse: true)),
            ("means", (builder, input) => builder.TokenMeans(input, 2, 3, ValueRange.Activation)),
        })
        {
            var builder = new GraphBuilder();
            builder.Output("output", operation(builder, builder.Input("input", 2, ValueRange.Activation)));
            yield return Case(name, builder.Build(), new TensorFileWriter().ToArray(), Filled(new(1, 2, 3, 2), vectors["input"]), vectors[name]);
        }
    }

    private static VectorCase Case(string name, Graph graph, byte[] weights, ExactTensor input, IEnumerable<int> expected) =>
        new(name, BoundGraph.Bind(graph, TensorFile.Read(weights)), input, [.. expected.Select(element => (short)element)]);

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
