using System.Collections.Immutable;
using Tessera.Exact;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>
/// The graphs of a flow: one that encodes, and two for each level that decode. Levels and steps are numbered from 0; parameters are called
/// <c>flow.LEVEL.STEP.order</c>, <c>flow.LEVEL.STEP.net.*</c> and <c>prior.LEVEL.net.*</c>.
/// </summary>
public static class IdfGraphs
{
    /// <summary>Encodes: from pixels to what leaves at each level, with its locations and scale levels, and what is left at the end.</summary>
    /// <param name="configuration">The flow.</param>
    /// <returns>
    /// A graph with the input <c>pixels</c>; for each level but the last the outputs <c>leaving.LEVEL</c>, <c>location.LEVEL</c> (in 1/64) and
    /// <c>scale.LEVEL</c>, in this order; and the output <c>top</c>.
    /// </returns>
    public static Graph Encoding(IdfConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var builder = new FlowBuilder(configuration);
        GraphValue value = builder.Graph.Input("pixels", configuration.Channels, new(-255, 255));
        for (int level = 0; level < configuration.Levels.Length; level++)
        {
            value = builder.Graph.SpaceToDepth(value);
            for (int step = 0; step < configuration.Levels[level].Steps; step++)
                value = builder.Couple(value, level, step);
            if (level == configuration.Levels.Length - 1)
                continue;
            (value, GraphValue leaving) = builder.Split(value, level);
            builder.Graph.Output($"leaving.{level}", leaving);
            builder.Prior(value, level);
        }

        builder.Graph.Output("top", value);
        return builder.Graph.Build();
    }

    /// <summary>Says how what left at a level is distributed.</summary>
    /// <param name="configuration">The flow.</param>
    /// <param name="level">The level, not the last.</param>
    /// <returns>A graph with the input <c>stays</c> and the outputs <c>location.LEVEL</c> (in 1/64) and <c>scale.LEVEL</c>.</returns>
    public static Graph Prior(IdfConfiguration configuration, int level)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var builder = new FlowBuilder(configuration);
        builder.Prior(builder.Graph.Input("stays", configuration.Width(level) / 2, ValueRange.Full, level + 1), level);
        return builder.Graph.Build();
    }

    /// <summary>Undoes a level.</summary>
    /// <param name="configuration">The flow.</param>
    /// <param name="level">The level.</param>
    /// <returns>A graph with the input <c>stays</c>, at every level but the last also <c>leaving</c>, and the output <c>arrived</c>.</returns>
    public static Graph Decoding(IdfConfiguration configuration, int level)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var builder = new FlowBuilder(configuration);
        bool isLast = level == configuration.Levels.Length - 1;
        int width = configuration.Width(level);
        GraphValue value = builder.Graph.Input("stays", isLast ? width : width / 2, ValueRange.Full, level + 1);
        if (!isLast)
            value = builder.Join(value, builder.Graph.Input("leaving", width / 2, ValueRange.Full, level + 1), level);
        for (int step = configuration.Levels[level].Steps - 1; step >= 0; step--)
            value = builder.Uncouple(value, level, step);
        builder.Graph.Output("arrived", builder.Graph.DepthToSpace(value));
        return builder.Graph.Build();
    }

    /// <summary>The net of one coupling by itself.</summary>
    /// <param name="configuration">The flow.</param>
    /// <param name="level">The level.</param>
    /// <param name="step">The step.</param>
    /// <returns>A graph with the input <c>condition</c> and the output <c>translation</c>.</returns>
    public static Graph CouplingNet(IdfConfiguration configuration, int level, int step)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var builder = new FlowBuilder(configuration);
        int width = configuration.Width(level), quarter = width / 4;
        GraphValue condition = builder.Graph.Input("condition", width - quarter, ValueRange.Full, level + 1);
        builder.Graph.Output("translation", builder.CouplingNet(condition, level, step, quarter));
        return builder.Graph.Build();
    }

    /// <summary>The parts that the graphs have in common.</summary>
    private sealed class FlowBuilder(IdfConfiguration configuration)
    {
        private readonly Padding _padding = configuration.Padding == "zero" ? Padding.Zero : Padding.Replicate;

        public GraphBuilder Graph { get; } = new();

        public GraphValue Couple(GraphValue value, int level, int step)
        {
            value = Translate(Graph.Permutation(value, Order(level, step)), level, step, Graph.AddWrapping);
            return configuration.InversePermutation ? Graph.Permutation(value, Order(level, step), inverse: true) : value;
        }

        public GraphValue Uncouple(GraphValue value, int level, int step)
        {
            if (configuration.InversePermutation)
                value = Graph.Permutation(value, Order(level, step));
            return Graph.Permutation(Translate(value, level, step, Graph.SubtractWrapping), Order(level, step), inverse: true);
        }

        public (GraphValue Stays, GraphValue Leaves) Split(GraphValue value, int level)
        {
            int half = value.Channels / 2;
            GraphValue ordered = Graph.Permutation(value, configuration.SplitOrder(level).AsSpan());
            return (Graph.Slice(ordered, 0, half), Graph.Slice(ordered, half, half));
        }

        public GraphValue Join(GraphValue stays, GraphValue leaves, int level) =>
            Graph.Permutation(Graph.Concatenation(stays, leaves), configuration.SplitOrder(level).AsSpan(), inverse: true);

        public void Prior(GraphValue stays, int level)
        {
            int half = stays.Channels;
            GraphValue distribution = Net(stays, $"prior.{level}.net", configuration.Levels[level].Prior!, 2 * half, ValueRange.Full);
            Graph.Output($"location.{level}", Graph.Slice(distribution, 0, half));
            Graph.Output($"scale.{level}", Graph.Clamp(Graph.Slice(distribution, half, half), new(0, Entropy.ScaleTables.LevelCount - 1)));
        }

        public GraphValue CouplingNet(GraphValue condition, int level, int step, int outputs) =>
            Net(condition, $"flow.{level}.{step}.net", configuration.Levels[level].Coupling, outputs, ValueRange.Activation);

        private static string Order(int level, int step) => $"flow.{level}.{step}";

        // The last quarter of the channels, rounded down, is translated by a function of the others.
        private GraphValue Translate(GraphValue value, int level, int step, Func<GraphValue, GraphValue, GraphValue> sum)
        {
            int quarter = value.Channels / 4, others = value.Channels - quarter;
            GraphValue condition = Graph.Slice(value, 0, others), translated = Graph.Slice(value, others, quarter);
            return Graph.Concatenation(condition, sum(translated, CouplingNet(condition, level, step, quarter)));
        }

        // A DenseNet: each layer a stage of 1 x 1 and one of 3 x 3, whose channels join the input's; then a convolution.
        private GraphValue Net(GraphValue input, string name, NetConfiguration net, int outputs, ValueRange range)
        {
            GraphValue value = Graph.Clamp(input, ValueRange.Activation);
            int layer = 0;
            foreach (int growth in net.Growths())
            {
                GraphValue linear = Stage(value, $"{name}.dense{layer}.linear", value.Channels, 1);
                GraphValue spatial = Stage(linear, $"{name}.dense{layer}.spatial", growth, 3);
                value = Graph.Concatenation(value, spatial);
                layer++;
            }

            return Graph.Convolution(value, $"{name}.output", outputs, 3, range, _padding);
        }

        private GraphValue Stage(GraphValue input, string name, int channels, int kernel)
        {
            bool rectified = configuration.Activation == "relu", grouped = configuration.Normalization == "group";
            ValueRange last = rectified ? ValueRange.Rectified : ValueRange.Activation;
            GraphValue value = Graph.Convolution(input, name, channels, kernel, grouped ? ValueRange.Activation : last, _padding);
            if (grouped)
                value = Graph.Normalization(value, $"{name}.norm", IdfConfiguration.GroupsOf(channels), last);
            return rectified ? value : Graph.Table(value, $"{name}.activation", ValueRange.Activation);
        }
    }
}
