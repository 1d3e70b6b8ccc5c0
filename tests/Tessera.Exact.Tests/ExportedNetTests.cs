using System.Text.Json;
using Tessera.Exact.Managed;
using Tessera.Exact.Tests.Support;

namespace Tessera.Exact.Tests;

/// <summary>
/// Nets that <c>training/</c> exported, on what they read in its exact simulation: the engine and the reference give the integers that
/// the simulation gave. The simulation shares no code with either.
/// </summary>
public sealed class ExportedNetTests
{
    [Theory]
    [InlineData("tiny", 5)]
    [InlineData("tiny-idf", 4)]
    [InlineData("tiny-idfpp", 3)]
    public void Engine_reference_and_simulation_agree(string name, int nets)
    {
        TensorFile weights = Read($"{name}.safetensors"), fixture = Read($"{name}.fixture.safetensors");
        using var configuration = JsonDocument.Parse(weights.Metadata["configuration"]);
        const string last = "output.weight";
        string[] prefixes =
        [
            .. weights.Tensors.Keys.Where(key => key.EndsWith($".{last}", StringComparison.Ordinal)).Select(key => key[..^last.Length]),
        ];
        Assert.Equal(nets, prefixes.Length);
        foreach (string prefix in prefixes)
        {
            ExactTensor input = ToTensor(fixture.Tensors[$"{prefix}input"]), expected = ToTensor(fixture.Tensors[$"{prefix}output"]);
            var graph = BoundGraph.Bind(Net(weights, prefix, configuration.RootElement), weights, prefix);

            var output = new ExactTensor(expected.Tiles, expected.Height, expected.Width, expected.Channels);
            using IGraphExecutor executor = new ManagedEngine().Prepare(graph);
            executor.Run([Clamped(input)], [output]);
            Assert.Equal(expected.Values.ToArray(), output.Values.ToArray());
            for (int tile = 0; tile < input.Tiles; tile++)
                Assert.Equal(expected.Tile(tile).ToArray(), new ReferenceEngine(graph).Run([Clamped(input)], tile)[0]);
        }
    }

    /// <summary>The DenseNet whose parameters have such names.</summary>
    private static Graph Net(TensorFile weights, string prefix, JsonElement configuration)
    {
        Padding padding = configuration.GetProperty("padding").GetString() == "replicate" ? Padding.Replicate : Padding.Zero;
        bool isRectified = configuration.GetProperty("activation").GetString() == "relu";
        bool isNormalized = configuration.GetProperty("normalization").GetString() == "group";
        ValueRange range = isRectified ? ValueRange.Rectified : ValueRange.Activation;

        var builder = new GraphBuilder();
        GraphValue value = builder.Input("input", weights.Tensors[$"{prefix}dense0.linear.weight"].Shape[3], ValueRange.Activation);
        for (int layer = 0; weights.Tensors.ContainsKey($"{prefix}dense{layer}.linear.weight"); layer++)
            value = builder.Concatenation(value, Stage(Stage(value, $"dense{layer}.linear"), $"dense{layer}.spatial"));
        Tensor last = weights.Tensors[$"{prefix}output.weight"];
        ValueRange outputRange = prefix.StartsWith("prior", StringComparison.Ordinal) ? ValueRange.Full : ValueRange.Activation;
        builder.Output("result", builder.Convolution(value, "output", last.Shape[0], last.Shape[1], outputRange, padding));
        return builder.Build();

        GraphValue Stage(GraphValue input, string name)
        {
            Tensor tensor = weights.Tensors[$"{prefix}{name}.weight"];
            int channels = tensor.Shape[0];
            ValueRange sums = isNormalized ? ValueRange.Activation : range;
            GraphValue result = builder.Convolution(input, name, channels, tensor.Shape[1], sums, padding);
            if (isNormalized)
                result = builder.Normalization(result, $"{name}.norm", new[] { 3, 2, 1 }.First(groups => channels % groups == 0), range);
            return isRectified ? result : builder.Table(result, $"{name}.activation", ValueRange.Activation);
        }
    }

    /// <summary>What convolutions read of 16-bit integers.</summary>
    private static ExactTensor Clamped(ExactTensor tensor)
    {
        var clamped = new ExactTensor(tensor.Tiles, tensor.Height, tensor.Width, tensor.Channels);
        for (int i = 0; i < clamped.Values.Length; i++)
            clamped.Values[i] = (short)Math.Clamp((int)tensor.Values[i], -ValueRange.ConvolutionLimit, ValueRange.ConvolutionLimit);
        return clamped;
    }

    private static ExactTensor ToTensor(Tensor tensor)
    {
        var result = new ExactTensor(tensor.Shape[0], tensor.Shape[1], tensor.Shape[2], tensor.Shape[3]);
        int[] elements = tensor.ToInt32();
        for (int i = 0; i < elements.Length; i++)
            result.Values[i] = (short)elements[i];
        return result;
    }

    private static TensorFile Read(string name)
    {
        string? folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Codec.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new FileNotFoundException(name);
        return TensorFile.Read(File.ReadAllBytes(Path.Combine(folder, "tests", "fixtures", "idfpp", name)));
    }
}
