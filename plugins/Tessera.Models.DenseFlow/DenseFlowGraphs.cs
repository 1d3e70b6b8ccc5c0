using Tessera.Exact;

namespace Tessera.Models.DenseFlow;

/// <summary>
/// The graphs of a flow: one for each coupling, whose parameters are called <c>block.BLOCK.unit.UNIT.module.MODULE.coupling.*</c>; one for the noise
/// in front of each unit but a block's first, <c>block.BLOCK.unit.UNIT.noise.*</c>; and one for what is put below samples, <c>dequantiser.*</c>.
/// </summary>
public static class DenseFlowGraphs
{
    /// <summary>Hidden channels of a net of noise, to each that it reads.</summary>
    internal const int NoiseExpansion = 4;

    private const int Kernel = 3;

    /// <summary>A coupling.</summary>
    /// <param name="configuration">The flow.</param>
    /// <param name="block">The block.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="module">The module.</param>
    /// <returns>
    /// The graph: from the first half of the channels, <c>value</c>, to what is added to the second, <c>linear</c>, and then to the numbers of its <c>scale</c>
    /// and to how it is to <c>move</c>.
    /// </returns>
    public static Graph Coupling(DenseFlowConfiguration configuration, int block, int unit, int module)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        int half = configuration.Channels(block, unit) / 2;
        string name = $"{ModuleName(block, unit, module)}.coupling";
        var graph = new GraphBuilder();
        GraphValue value = graph.Input("value", half, ValueRange.Activation);
        GraphValue output = Convolve(graph, Features(graph, value, name, configuration.Blocks[block].Net), $"{name}.output", 2 * half, 1, ValueRange.Full);
        graph.Output("linear", Convolve(graph, value, $"{name}.linear", half, Kernel, ValueRange.Full));
        graph.Output("scale", graph.Slice(output, 0, half));
        graph.Output("move", graph.Slice(output, half, half));
        return graph.Build();
    }

    /// <summary>The distribution of the noise in front of a unit.</summary>
    /// <param name="configuration">The flow.</param>
    /// <param name="block">The block.</param>
    /// <param name="unit">The unit, not the first.</param>
    /// <returns>The graph: from what units before were given, <c>value</c>, to <c>mean</c> and <c>level</c>.</returns>
    public static Graph Noise(DenseFlowConfiguration configuration, int block, int unit)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        int recorded = configuration.Recorded(block, unit), noise = configuration.Blocks[block].Noise;
        string name = NoiseName(block, unit);
        var graph = new GraphBuilder();
        GraphValue value = graph.Input("value", recorded, ValueRange.Activation);
        GraphValue hidden = Convolve(graph, value, $"{name}.hidden", NoiseExpansion * recorded, Kernel, ValueRange.Rectified);
        GraphValue output = Convolve(graph, hidden, $"{name}.output", 2 * noise, 1, ValueRange.Full);
        graph.Output("mean", graph.Slice(output, 0, noise));
        graph.Output("level", graph.Slice(output, noise, noise));
        return graph.Build();
    }

    /// <summary>The distribution of what is put below samples.</summary>
    /// <param name="configuration">The flow, which has a dequantiser.</param>
    /// <returns>The graph: from squares of samples, <c>value</c>, to the <c>center</c>, what <c>linear</c> adds to it, and the <c>scale</c>.</returns>
    public static Graph Dequantiser(DenseFlowConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        const int Channels = DenseFlowConfiguration.Colors * DenseFlowConfiguration.Places;
        const string Name = "dequantiser";
        NetConfiguration net = configuration.Dequantiser ?? throw new ArgumentException("The flow has no dequantiser.", nameof(configuration));
        var graph = new GraphBuilder();
        GraphValue value = graph.Input("value", Channels, ValueRange.Activation);
        GraphValue output = Convolve(graph, Features(graph, value, Name, net), $"{Name}.output", 2 * Channels, 1, ValueRange.Full);
        graph.Output("linear", Convolve(graph, value, $"{Name}.linear", Channels, Kernel, ValueRange.Full));
        graph.Output("center", graph.Slice(output, 0, Channels));
        graph.Output("scale", graph.Slice(output, Channels, Channels));
        return graph.Build();
    }

    /// <summary>What the tensors of a module are called.</summary>
    internal static string ModuleName(int block, int unit, int module) => $"block.{block}.unit.{unit}.module.{module}";

    /// <summary>What the tensors of the noise in front of a unit are called.</summary>
    internal static string NoiseName(int block, int unit) => $"block.{block}.unit.{unit}.noise";

    private static GraphValue Features(GraphBuilder graph, GraphValue value, string name, NetConfiguration net)
    {
        GraphValue features = graph.Table(
            Convolve(graph, value, $"{name}.stem", net.Width, Kernel, ValueRange.Activation), $"{name}.stem.activation", ValueRange.Activation);
        for (int layer = 0; layer < net.Growth.Length; layer++)
        {
            GraphValue mixed = Convolve(graph, features, $"{name}.dense{layer}.linear", features.Channels, 1, ValueRange.Rectified);
            features = graph.Concatenation(features, Convolve(graph, mixed, $"{name}.dense{layer}.spatial", net.Growth[layer], Kernel, ValueRange.Rectified));
        }

        return features;
    }

    private static GraphValue Convolve(GraphBuilder graph, GraphValue input, string name, int channels, int kernel, ValueRange range) =>
        graph.Convolution(input, name, channels, kernel, range, Padding.Replicate);
}
