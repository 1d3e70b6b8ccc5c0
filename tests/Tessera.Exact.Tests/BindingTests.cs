using Tessera.Exact.Tests.Support;

namespace Tessera.Exact.Tests;

/// <summary>Weights that do not fit a graph are refused when they are bound, by the tensor's name.</summary>
public class BindingTests
{
    private static readonly Dictionary<string, (TensorType Type, int[] Shape, int[] Elements)> Fitting = new()
    {
        ["layer.weight"] = (TensorType.I8, [2, 1, 1, 2], [1, -127, 127, 0]),
        ["layer.bias"] = (TensorType.I32, [2], [-5, 5]),
        ["layer.shift"] = (TensorType.U8, [2], [0, 24]),
        ["layer.multiplier"] = (TensorType.I16, [2], [1, 32767]),
        ["curve.table"] = (TensorType.I16, [11], [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ["mixed.order"] = (TensorType.I32, [2], [1, 0]),
        ["normal.gain"] = (TensorType.I16, [2], [-32767, 32767]),
        ["normal.offset"] = (TensorType.I16, [2], [0, 7]),
        ["identity.values"] = (TensorType.I16, [2, 2], [100, 0, 0, 100]),
        ["product.shift"] = (TensorType.U8, [1], [40]),
        ["product.multiplier"] = (TensorType.I16, [1], [32767]),
        ["soft.table"] = (TensorType.I16, [6], [32767, 100, 100, 1, 0, 0]),
    };

    private static readonly Graph Graph = Build();

    [Fact]
    public void Weights_that_fit_are_bound_and_other_tensors_do_not_matter()
    {
        var graph = BoundGraph.Bind(Graph, File(Fitting.Append(new("other", (TensorType.I8, [1], [0]))), "net."), "net.");
        var convolution = Assert.Single(graph.Nodes.OfType<BoundConvolution>());
        Assert.Equal<sbyte>([1, -127, 127, 0], convolution.Weights);
        Assert.Equal(128 * 5, convolution.SumBound);
        Assert.Equal(Fitting.Keys, Graph.Parameters.Select(parameter => parameter.Name));
    }

    [Theory]
    [InlineData("layer.weight", TensorType.I16, 4, 1, "is I16 [4]; the graph needs I8 [2, 1, 1, 2]")]
    [InlineData("layer.bias", TensorType.I32, 3, 1, "is I32 [3]; the graph needs I32 [2]")]
    [InlineData("layer.shift", TensorType.U8, 2, 25, "Element 0 of 'layer.shift' is 25")]
    [InlineData("layer.multiplier", TensorType.I16, 2, 0, "Element 0 of 'layer.multiplier' is 0")]
    [InlineData("layer.bias", TensorType.I32, 2, int.MaxValue, "may overflow")]
    [InlineData("layer.bias", TensorType.I32, 2, int.MinValue, "may overflow")]
    [InlineData("curve.table", TensorType.I16, 11, 10, "Element 0 of 'curve.table' is 10")]
    [InlineData("mixed.order", TensorType.I32, 2, 1, "not a permutation")]
    [InlineData("identity.values", TensorType.I16, 4, 1, "is I16 [4]; the graph needs I16 [2, 2]")]
    [InlineData("product.shift", TensorType.U8, 1, 41, "Element 0 of 'product.shift' is 41")]
    [InlineData("product.multiplier", TensorType.I16, 1, 0, "Element 0 of 'product.multiplier' is 0")]
    [InlineData("soft.table", TensorType.I16, 6, 0, "Element 0 of 'soft.table' is 0; it is the exponential of the largest")]
    [InlineData("soft.table", TensorType.I16, 6, -1, "Element 0 of 'soft.table' is -1")]
    [InlineData("normal.gain", TensorType.I16, 2, -32768, "Element 0 of 'normal.gain' is -32768")]
    public void Weights_that_do_not_fit_are_refused(string name, TensorType type, int length, int element, string message)
    {
        var tensors = new Dictionary<string, (TensorType, int[], int[])>(Fitting) { [name] = (type, [length], [.. Enumerable.Repeat(element, length)]) };
        AssertRefused(File(tensors), message);
    }

    [Fact]
    public void Weights_of_minus_128_falling_tables_and_missing_tensors_are_refused()
    {
        var tensors = new Dictionary<string, (TensorType, int[], int[])>(Fitting) { ["layer.weight"] = (TensorType.I8, [2, 1, 1, 2], [0, 0, 0, -128]) };
        AssertRefused(File(tensors), "Element 3 of 'layer.weight' is -128");
        tensors = new(Fitting) { ["curve.table"] = (TensorType.I16, [11], [0, 0, 1, 2, 1, 4, 5, 6, 7, 8, 9]) };
        AssertRefused(File(tensors), "'curve.table' falls at entry 4");
        tensors = new(Fitting) { ["identity.values"] = (TensorType.I16, [2, 2], [100, 0, 101, 0]) };
        AssertRefused(File(tensors), "Element 2 of 'identity.values' is 101");
        tensors = new(Fitting) { ["soft.table"] = (TensorType.I16, [6], [5, 4, 3, 2, 3, 0]) };
        AssertRefused(File(tensors), "'soft.table' rises at entry 4");
        tensors = new(Fitting);
        tensors.Remove("normal.offset");
        AssertRefused(File(tensors), "no tensor 'normal.offset'");
    }

    [Fact]
    public void A_builder_refuses_what_cannot_be_a_graph()
    {
        var builder = new GraphBuilder();
        Assert.Throws<InvalidOperationException>(builder.Build);
        GraphValue a = builder.Input("a", 6, ValueRange.Activation), wide = builder.Input("wide", 6, ValueRange.Full), small = builder.Input("small", 6, ValueRange.Activation, 1);
        Assert.Contains("taken", Assert.Throws<ArgumentException>(() => builder.Input("a", 1, ValueRange.Full)).Message, StringComparison.Ordinal);
        Assert.Contains("magnitudes up to 2047", Assert.Throws<ArgumentException>(() => builder.Convolution(wide, "l1", 1, 3, ValueRange.Full)).Message, StringComparison.Ordinal);
        Assert.Contains("odd", Assert.Throws<ArgumentOutOfRangeException>(() => builder.Convolution(a, "l2", 1, 2, ValueRange.Full)).Message, StringComparison.Ordinal);
        Assert.Contains("one shape", Assert.Throws<ArgumentException>(() => builder.Add(a, small, ValueRange.Full)).Message, StringComparison.Ordinal);
        Assert.Contains("one size", Assert.Throws<ArgumentException>(() => builder.Concatenation(a, small)).Message, StringComparison.Ordinal);
        Assert.Contains("no channels 5 to 6", Assert.Throws<ArgumentException>(() => builder.Slice(a, 5, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("Four", Assert.Throws<ArgumentException>(() => builder.DepthToSpace(a)).Message, StringComparison.Ordinal);
        Assert.Contains("4 groups", Assert.Throws<ArgumentException>(() => builder.Normalization(a, "l3", 4, ValueRange.Full)).Message, StringComparison.Ordinal);
        Assert.Contains("another graph", Assert.Throws<ArgumentException>(() => new GraphBuilder().SpaceToDepth(a)).Message, StringComparison.Ordinal);
        GraphValue list = builder.Constant("l5", 4, 6, ValueRange.Full);
        Assert.Contains("of 4 tokens", Assert.Throws<ArgumentException>(() => builder.SpaceToDepth(list)).Message, StringComparison.Ordinal);
        Assert.Contains("of 4 tokens", Assert.Throws<ArgumentException>(() => builder.Add(a, list, ValueRange.Full)).Message, StringComparison.Ordinal);
        Assert.Contains("3 groups", Assert.Throws<ArgumentException>(() => builder.TokenMeans(list, 3, 0, ValueRange.Full)).Message, StringComparison.Ordinal);
        Assert.Contains("1 to", Assert.Throws<ArgumentOutOfRangeException>(() => builder.TokenMeans(a, 0, 0, ValueRange.Full)).Message, StringComparison.Ordinal);
        Assert.Contains("a token for each channel", Assert.Throws<ArgumentException>(() => builder.Product(a, list, "l6", ValueRange.Full)).Message, StringComparison.Ordinal);
        Assert.Contains("a list with the channels", Assert.Throws<ArgumentException>(() => builder.Product(a, a, "l6", ValueRange.Full, ProductKind.SecondTransposed)).Message, StringComparison.Ordinal);
        Assert.Contains("sides must be the same", Assert.Throws<ArgumentException>(() => builder.Product(a, small, "l6", ValueRange.Full, ProductKind.FirstTransposed)).Message, StringComparison.Ordinal);
        Assert.Contains("0 to 30", Assert.Throws<ArgumentOutOfRangeException>(() => builder.Softmax(a, "l6", SoftmaxAxis.Tokens, 31, ValueRange.Full)).Message, StringComparison.Ordinal);
        Assert.Contains("exceeds 16 bits", Assert.Throws<ArgumentException>(() => builder.Table(a, "l4", new(0, 40000))).Message, StringComparison.Ordinal);
    }

    private static Graph Build()
    {
        var builder = new GraphBuilder();
        GraphValue value = builder.Input("input", 2, new(-5, 3));
        value = builder.Convolution(value, "layer", 2, 1, new(0, 10));
        value = builder.Table(value, "curve", new(0, 9), isMonotone: true);
        value = builder.Permutation(value, "mixed");
        value = builder.Normalization(value, "normal", 1, ValueRange.Activation);
        value = builder.Product(value, builder.Constant("identity", 2, 2, new(0, 100)), "product", new(0, 5));
        value = builder.Softmax(value, "soft", SoftmaxAxis.Channels, 14, ValueRange.Full);
        builder.Output("output", value);
        return builder.Build();
    }

    private static TensorFile File(IEnumerable<KeyValuePair<string, (TensorType Type, int[] Shape, int[] Elements)>> tensors, string prefix = "")
    {
        var writer = new TensorFileWriter();
        foreach ((string name, (TensorType type, int[] shape, int[] elements)) in tensors)
            writer.Add(prefix + name, type, shape, elements);
        return TensorFile.Read(writer.ToArray());
    }

    private static void AssertRefused(TensorFile file, string message) =>
        Assert.Contains(message, Assert.Throws<WeightsException>(() => BoundGraph.Bind(Graph, file)).Message, StringComparison.Ordinal);
}
