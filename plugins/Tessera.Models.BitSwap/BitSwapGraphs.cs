using Tessera.Exact;

namespace Tessera.Models.BitSwap;

/// <summary>
/// The graphs of a chain: two for each level, numbered from 0, whose parameters are called <c>posterior.LEVEL.*</c> and
/// <c>prior.LEVEL.*</c>.
/// </summary>
/// <remarks>
/// Each has the input <c>value</c>, and the outputs <c>location</c> (in 1/64, without what a first guess adds), <c>level</c>
/// (a scale level) and <c>correction</c> (in 1/256 of the scale, to be added to the location).
/// </remarks>
public static class BitSwapGraphs
{
    /// <summary>The distribution of a level's latent by what is below, squeezed if it is to be.</summary>
    /// <param name="configuration">The chain.</param>
    /// <param name="level">The level.</param>
    /// <returns>The graph.</returns>
    public static Graph Posterior(BitSwapConfiguration configuration, int level)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        LevelConfiguration own = configuration.Levels[level];
        return Net($"posterior.{level}", own.Posterior, configuration.ChannelsBelow(level), own.Latent);
    }

    /// <summary>The distribution of what is below a level's latent, squeezed if it is to be, by the latent.</summary>
    /// <param name="configuration">The chain.</param>
    /// <param name="level">The level.</param>
    /// <returns>The graph.</returns>
    public static Graph Prior(BitSwapConfiguration configuration, int level)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        LevelConfiguration own = configuration.Levels[level];
        return Net($"prior.{level}", own.Prior, own.Latent, configuration.ChannelsBelow(level));
    }

    private static Graph Net(string name, NetConfiguration net, int inputs, int outputs)
    {
        var graph = new GraphBuilder();
        GraphValue value = graph.Input("value", inputs, ValueRange.Activation);
        GraphValue stream = graph.Table(Convolve(value, "stem", net.Width, net.Entry, ValueRange.Activation), $"{name}.stem.activation", ValueRange.Activation);
        int layer = 0;
        foreach (int kernel in net.LayerKernels)
        {
            GraphValue hidden = Convolve(Rectify(stream), $"layer{layer}.first", net.Width, kernel, ValueRange.Rectified);
            stream = graph.Add(stream, Convolve(hidden, $"layer{layer}.second", net.Width, kernel, ValueRange.Activation), ValueRange.Activation);
            layer++;
        }

        GraphValue distribution = Convolve(Rectify(stream), "output", 2 * outputs, NetConfiguration.Kernel, ValueRange.Full);
        graph.Output("location", Convolve(value, "linear", outputs, NetConfiguration.Kernel, ValueRange.Full));
        graph.Output("level", graph.Clamp(graph.Slice(distribution, outputs, outputs), new(0, Entropy.ScaleTables.LevelCount - 1)));
        graph.Output("correction", graph.Slice(distribution, 0, outputs));
        return graph.Build();

        GraphValue Convolve(GraphValue input, string part, int channels, int kernel, ValueRange range) =>
            graph.Convolution(input, $"{name}.{part}", channels, kernel, range, Padding.Replicate);

        GraphValue Rectify(GraphValue input) => graph.Clamp(input, ValueRange.Rectified);
    }
}
