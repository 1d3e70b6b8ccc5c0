using Tessera.Exact;

namespace Tessera.Models.EfficientVdvae;

/// <summary>
/// The graphs of a hierarchy: one for the bottom-up path of each grid, whose parameters are called <c>grid.GRID.bottom.*</c>, and up to three for each
/// of its steps, whose parameters are called <c>grid.GRID.step.STEP.*</c>; the last one has <c>grid.GRID.unpool</c> too.
/// </summary>
public static class EfficientVdvaeGraphs
{
    /// <summary>The scale levels of a latent's posterior.</summary>
    internal static readonly ValueRange PosteriorLevels = new(16, 56);

    private const int Kernel = 3;

    // Of each component: its logit, and of each colour correction, scale level, and coefficient of coupling.
    private const int OutputsPerComponent = 1 + (3 * EfficientVdvaeConfiguration.Colors);

    /// <summary>The bottom-up path on a grid.</summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="grid">The grid.</param>
    /// <returns>
    /// The graph: from <c>squares</c> of the picture and, but for grid 0, those of the path <c>below</c>, to what was <c>found</c>.
    /// </returns>
    public static Graph Bottom(EfficientVdvaeConfiguration configuration, int grid)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        GridConfiguration own = configuration.Grids[grid];
        string name = $"grid.{grid}.bottom";
        var graph = new GraphBuilder();
        GraphValue found = Symmetric(graph, graph.Input("squares", 4 * EfficientVdvaeConfiguration.Colors, ValueRange.Activation), name, own.Bottom);
        if (grid > 0)
        {
            GraphValue below = graph.Input("below", 4 * configuration.Grids[grid - 1].Bottom, ValueRange.Activation);
            found = graph.Add(found, Convolve(graph, below, $"{name}.pool", own.Bottom, 1, ValueRange.Activation), ValueRange.Activation);
        }

        graph.Output("found", Layers(graph, found, name, own.BottomLayers));
        return graph.Build();
    }

    /// <summary>The beginning of a step: the top-down path as the posterior sees it.</summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="step">The step.</param>
    /// <returns>The graph: from the <c>known</c> pixels of squares and, but for the first step of all, the path, <c>main</c>, to <c>entered</c>.</returns>
    public static Graph Enter(EfficientVdvaeConfiguration configuration, int grid, int step)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        int width = configuration.Grids[grid].Width;
        var graph = new GraphBuilder();
        GraphValue entered = Symmetric(graph, Known(graph, step), Name(grid, step), width);
        if (grid + 1 < configuration.Grids.Length || step > 0)
            entered = graph.Add(graph.Input("main", width, ValueRange.Activation), entered, ValueRange.Activation);
        graph.Output("entered", entered);
        return graph.Build();
    }

    /// <summary>The posterior of a step's latent.</summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="step">The step, which has a latent.</param>
    /// <returns>The graph: from <c>entered</c> and what the bottom-up path <c>found</c> to <c>location</c> (in 1/64) and scale <c>level</c>.</returns>
    public static Graph Posterior(EfficientVdvaeConfiguration configuration, int grid, int step)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        GridConfiguration own = configuration.Grids[grid];
        int latent = own.Latent[step];
        string name = $"{Name(grid, step)}.posterior";
        var graph = new GraphBuilder();
        GraphValue both = graph.Concatenation(
            graph.Input("entered", own.Width, ValueRange.Activation), graph.Input("found", own.Bottom, ValueRange.Activation));
        GraphValue hidden = Convolve(graph, both, $"{name}.hidden", own.Bottom, Kernel, ValueRange.Rectified);
        GraphValue output = Convolve(graph, hidden, $"{name}.output", 2 * latent, 1, ValueRange.Full);
        graph.Output("location", graph.Slice(output, 0, latent));
        graph.Output("level", graph.Clamp(graph.Slice(output, latent, latent), PosteriorLevels));
        return graph.Build();
    }

    /// <summary>The end of a step: the distribution of its pixels, and what the next step begins with.</summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="step">The step.</param>
    /// <returns>
    /// The graph: from <c>entered</c>, the <c>known</c> pixels of squares and the <c>latent</c>, if there is one, to <c>mixture</c>, to <c>linear</c> (in
    /// 1/64) and, but for the last step of all, to the path, <c>main</c>; after the last step of a grid it has the channels of the next, and not yet
    /// its rows and columns.
    /// </returns>
    public static Graph Leave(EfficientVdvaeConfiguration configuration, int grid, int step)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        GridConfiguration own = configuration.Grids[grid];
        string name = Name(grid, step);
        var graph = new GraphBuilder();
        GraphValue main = graph.Input("entered", own.Width, ValueRange.Activation), known = Known(graph, step);
        if (own.Latent[step] > 0)
        {
            GraphValue latent = graph.Input("latent", own.Latent[step], ValueRange.Activation);
            main = graph.Add(main, Convolve(graph, latent, $"{name}.projection", own.Width, 1, ValueRange.Activation), ValueRange.Activation);
        }

        main = Layers(graph, main, name, own.Layers[step]);
        GraphValue mixture = Convolve(graph, Rectify(graph, main), $"{name}.output", OutputsPerComponent * configuration.Mixtures, 1, ValueRange.Full);
        graph.Output("mixture", mixture);
        graph.Output("linear", Convolve(graph, known, $"{name}.linear", EfficientVdvaeConfiguration.Colors, Kernel, ValueRange.Full));
        if (step + 1 < EfficientVdvaeConfiguration.Steps)
            graph.Output("main", main);
        else if (grid > 0)
            graph.Output("main", Convolve(graph, main, $"grid.{grid}.unpool", configuration.Grids[grid - 1].Width, 1, ValueRange.Activation));
        return graph.Build();
    }

    private static string Name(int grid, int step) => $"grid.{grid}.step.{step}";

    private static GraphValue Known(GraphBuilder graph, int step) =>
        graph.Input("known", EfficientVdvaeConfiguration.Colors * (step + 1), ValueRange.Activation);

    // A convolution of pixels, and the table of its results.
    private static GraphValue Symmetric(GraphBuilder graph, GraphValue pixels, string name, int channels) =>
        graph.Table(Convolve(graph, pixels, $"{name}.stem", channels, Kernel, ValueRange.Activation), $"{name}.stem.activation", ValueRange.Activation);

    private static GraphValue Layers(GraphBuilder graph, GraphValue value, string name, int count)
    {
        int channels = value.Channels;
        for (int layer = 0; layer < count; layer++)
        {
            GraphValue hidden = Convolve(graph, Rectify(graph, value), $"{name}.layer{layer}.first", channels, Kernel, ValueRange.Rectified);
            value = graph.Add(value, Convolve(graph, hidden, $"{name}.layer{layer}.second", channels, Kernel, ValueRange.Activation), ValueRange.Activation);
        }

        return value;
    }

    private static GraphValue Convolve(GraphBuilder graph, GraphValue input, string name, int channels, int kernel, ValueRange range) =>
        graph.Convolution(input, name, channels, kernel, range, Padding.Replicate);

    private static GraphValue Rectify(GraphBuilder graph, GraphValue value) => graph.Clamp(value, ValueRange.Rectified);
}
