using System.Globalization;
using System.Reflection;
using Tessera.Exact;

namespace Tessera.TorchSharp;

/// <summary>
/// Runs a small graph that has every operation, and sums as large as a device is trusted with, and compares what comes out with integers that were
/// computed in unbounded arithmetic and are part of this library.
/// </summary>
internal static class SelfTest
{
    private const string Resource = "self-test.safetensors";

    /// <summary>Tiles of the fixture.</summary>
    public const int Tiles = 2;

    /// <summary>The side of a tile.</summary>
    public const int Side = 8;

    /// <summary>Channels of the input.</summary>
    public const int Channels = 8;

    // 64 products of 2047 and 127 come to 16 638 016, just below 2^24.
    private const int Wide = 64;
    private const int Narrow = 16;

    /// <summary>The graph.</summary>
    public static Graph Graph { get; } = Build();

    /// <summary>The fixture: the graph's weights, the input, and the outputs under their names.</summary>
    public static TensorFile Fixture()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing.");
        return TensorFile.Read(stream);
    }

    /// <summary>What a device gives that is not right, or why it gives nothing; null if all is right.</summary>
    public static string? Disagreement(IDevice device)
    {
        TensorFile fixture = Fixture();
        var input = new ExactTensor(Tiles, Side, Side, Channels);
        Fill(input, fixture.Tensors["input"].ToInt32());
        ExactTensor[] outputs = Outputs();
        try
        {
            var graph = ExactGraph.Check(BoundGraph.Bind(Graph, fixture), device.Arithmetic);
            using IDeviceProgram program = device.Load(graph);
            program.Run(new([new(new(null, [input], outputs, new(Tiles, Side, Side)), 0, Tiles)]));
        }
        catch (Exception e) when (e is InvalidOperationException or DeviceMemoryException or NotSupportedException)
        {
            return e.Message;
        }

        for (int i = 0; i < outputs.Length; i++)
        {
            string name = Graph.Outputs[i].Name;
            int[] expected = fixture.Tensors[name].ToInt32();
            for (int element = 0; element < expected.Length; element++)
            {
                if (outputs[i].Values[element] != expected[element])
                    return string.Create(CultureInfo.InvariantCulture, $"element {element} of '{name}' is {outputs[i].Values[element]} rather than {expected[element]}");
            }
        }

        return null;
    }

    /// <summary>Tensors for the outputs.</summary>
    public static ExactTensor[] Outputs() => [.. Graph.Outputs.Select(output =>
    {
        (int height, int width) = output.Value.Sides(Side, Side);
        return new ExactTensor(Tiles, height, width, output.Value.Channels);
    })];

    /// <summary>Fills a tensor.</summary>
    public static void Fill(ExactTensor tensor, int[] elements)
    {
        for (int i = 0; i < elements.Length; i++)
            tensor.Values[i] = (short)elements[i];
    }

    private static Graph Build()
    {
        ValueRange activation = ValueRange.Activation;
        var builder = new GraphBuilder();
        GraphValue input = builder.Input("input", Channels, activation);
        GraphValue wide = builder.Convolution(input, "first", Wide, 3, activation, Padding.Replicate);
        GraphValue largest = builder.Convolution(wide, "largest", Narrow, 1, ValueRange.Full);
        GraphValue parted = builder.Convolution(wide, "parted", Narrow, 3, activation);
        GraphValue normal = builder.Normalization(parted, "normal", 4, activation);
        GraphValue looked = builder.Table(normal, "table", activation);
        GraphValue sum = builder.Add(looked, builder.Permutation(parted, "order"), activation);
        GraphValue wrapped = builder.SubtractWrapping(builder.AddWrapping(largest, sum), builder.Subtract(sum, looked, activation));
        GraphValue packed = builder.SpaceToDepth(builder.Slice(wrapped, 3, 4));
        GraphValue unpacked = builder.DepthToSpace(builder.Clamp(packed, activation));
        GraphValue joined = builder.Concatenation(unpacked, builder.Reinterpretation(builder.Slice(sum, 2, 4)));
        GraphValue keys = builder.TokenMeans(joined, 4, 2, ValueRange.Full);
        GraphValue scores = builder.Product(joined, keys, "scores", new(-1000, 1000), ProductKind.SecondTransposed);
        GraphValue parts = builder.Softmax(scores, "softmax", SoftmaxAxis.Channels, 15, new(0, short.MaxValue));
        GraphValue columns = builder.Softmax(scores, "columns", SoftmaxAxis.Tokens, 15, new(0, short.MaxValue));
        GraphValue attended = builder.Product(parts, builder.Constant("values", 4, 6, activation), "attended", ValueRange.Full);
        GraphValue gathered = builder.Product(columns, joined, "gathered", ValueRange.Full, ProductKind.FirstTransposed);
        builder.Output("out.largest", largest);
        builder.Output("out.packed", packed);
        builder.Output("out.attended", attended);
        builder.Output("out.gathered", gathered);
        return builder.Build();
    }
}
