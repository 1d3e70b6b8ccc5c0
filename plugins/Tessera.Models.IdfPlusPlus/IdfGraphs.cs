using System.Collections.Immutable;
using Tessera.Exact;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>
/// The graphs of a flow: one that encodes; to decode, one for each part that left and one for each level. Levels, steps, passes and parts are
/// numbered from 0; parameters are called <c>flow.LEVEL.STEP.order</c>, <c>flow.LEVEL.STEP.net.*</c>, and <c>prior.LEVEL.net.*</c> or
/// <c>prior.LEVEL.PASS.*</c>.
/// </summary>
public static class IdfGraphs
{
    /// <summary>Encodes: from pixels to the parts that leave, with their locations and scale levels, and what is left at the end.</summary>
    /// <param name="configuration">The flow.</param>
    /// <returns>
    /// A graph with the input <c>pixels</c>; for each part the outputs <c>leaving.PART</c>, <c>location.PART</c> (in 1/64),
    /// <c>scale.PART</c> and, with interlaced levels, <c>correction.PART</c> (in 1/256 of the scale, to be added to the location), in this order; and
    /// the output <c>top</c>.
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
            if (!configuration.Levels[level].HasPrior)
                continue;
            (value, GraphValue[] leaving) = builder.Split(value, level);
            List<GraphValue> carried = [];
            for (int i = 0; i < leaving.Length; i++)
            {
                int part = (level * configuration.PartsPerLevel) + i;
                builder.Graph.Output($"leaving.{part}", leaving[i]);
                builder.Prior(part, value, leaving.AsSpan(..i), carried);
            }
        }

        builder.Graph.Output("top", value);
        return builder.Graph.Build();
    }

    /// <summary>Says how a part that left is distributed.</summary>
    /// <param name="configuration">The flow.</param>
    /// <param name="part">The part.</param>
    /// <returns>
    /// A graph with the inputs <c>stays</c>, <c>leaving.PART</c> for each part before it of the same level, and <c>carried.N</c> for what the
    /// graphs before it of the same pass hand on. Its outputs are those of the encoding graph but <c>leaving.PART</c>, and <c>carry.N</c>, which it
    /// hands on to the graphs after it.
    /// </returns>
    public static Graph Prior(IdfConfiguration configuration, int part)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var builder = new FlowBuilder(configuration);
        int level = part / configuration.PartsPerLevel;
        GraphValue stays = builder.Graph.Input("stays", configuration.StayingWidth(level), ValueRange.Full, level + 1);
        GraphValue[] leaving = [.. builder.Leaving(level).Take(part % configuration.PartsPerLevel)];
        List<GraphValue> carried = [.. builder.Carried(part)];
        int given = carried.Count;
        builder.Prior(part, stays, leaving, carried);
        for (int i = given; i < carried.Count; i++)
            builder.Graph.Output($"carry.{i}", carried[i]);
        return builder.Graph.Build();
    }

    /// <summary>Undoes a level.</summary>
    /// <param name="configuration">The flow.</param>
    /// <param name="level">The level.</param>
    /// <returns>
    /// A graph with the input <c>stays</c>, <c>leaving.PART</c> for each part that left at the level, and the output <c>arrived</c>.
    /// </returns>
    public static Graph Decoding(IdfConfiguration configuration, int level)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var builder = new FlowBuilder(configuration);
        bool hasPrior = configuration.Levels[level].HasPrior;
        GraphValue value = builder.Graph.Input(
            "stays", hasPrior ? configuration.StayingWidth(level) : configuration.Width(level), ValueRange.Full, level + 1);
        if (hasPrior)
            value = builder.Join(value, [.. builder.Leaving(level)], level);
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
        private const bool ByTable = true;
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

        public (GraphValue Stays, GraphValue[] Leaves) Split(GraphValue value, int level)
        {
            GraphValue ordered = Graph.Permutation(value, configuration.SplitOrder(level).AsSpan());
            int at = configuration.StayingWidth(level);
            GraphValue stays = Graph.Slice(ordered, 0, at);
            var leaves = new GraphValue[configuration.PartsPerLevel];
            for (int i = 0; i < leaves.Length; i++)
            {
                int channels = configuration.PartWidth((level * leaves.Length) + i);
                leaves[i] = Graph.Slice(ordered, at, channels);
                at += channels;
            }

            return (stays, leaves);
        }

        public GraphValue Join(GraphValue stays, GraphValue[] leaves, int level) =>
            Graph.Permutation(Graph.Concatenation([stays, .. leaves]), configuration.SplitOrder(level).AsSpan(), inverse: true);

        /// <summary>Inputs for what left at a level.</summary>
        public IEnumerable<GraphValue> Leaving(int level)
        {
            int first = level * configuration.PartsPerLevel;
            for (int part = first; part < first + configuration.PartsPerLevel; part++)
                yield return Graph.Input($"leaving.{part}", configuration.PartWidth(part), ValueRange.Full, level + 1);
        }

        /// <summary>Inputs for what the parts before this one of its pass hand on: the trunk's features, then those of each channel but the first.</summary>
        public IEnumerable<GraphValue> Carried(int part)
        {
            int level = part / configuration.PartsPerLevel, channel = part % configuration.Channels;
            if (configuration.Split != ChannelSplit.Interlaced || channel == 0)
                yield break;
            PassConfiguration pass = PassOf(part);
            yield return Graph.Input("carried.0", pass.Stem + pass.Trunk.Growth, ValueRange.Activation, level + 1);
            for (int i = 1; i < channel; i++)
                yield return Graph.Input($"carried.{i}", pass.Hidden[i - 1], ValueRange.Activation, level + 1);
        }

        /// <summary>The distribution of a part: outputs for its locations and scale levels. Adds to what is handed on within the pass.</summary>
        public void Prior(int part, GraphValue stays, ReadOnlySpan<GraphValue> leaving, List<GraphValue> carried)
        {
            int level = part / configuration.PartsPerLevel, channels = configuration.PartWidth(part);
            GraphValue locations, distribution;
            bool isInterlaced = configuration.Split == ChannelSplit.Interlaced;
            if (!isInterlaced)
            {
                distribution = Net(stays, $"prior.{level}.net", configuration.Levels[level].Prior!, 2 * channels, ValueRange.Full);
                locations = Graph.Slice(distribution, 0, channels);
            }
            else
            {
                GraphValue known = Graph.Clamp(leaving.IsEmpty ? stays : Graph.Concatenation([stays, .. leaving]), ValueRange.Activation);
                int channel = part % configuration.Channels;
                string name = $"prior.{level}.{part % configuration.PartsPerLevel / configuration.Channels}", plane = $"{name}.plane{channel}";
                if (channel == 0)
                    carried.Clear();
                GraphValue features = channel == 0 ? Trunk(known, PassOf(part), name) : Hidden(known, carried, PassOf(part), plane, channel);
                if (channel < configuration.Channels - 1)
                    carried.Add(features);
                distribution = Graph.Convolution(features, $"{plane}.output", 2 * channels, channel == 0 ? 3 : 1, ValueRange.Full, _padding);
                locations = Graph.Convolution(known, $"{plane}.linear", channels, 3, ValueRange.Full, _padding);
            }

            Graph.Output($"location.{part}", locations);
            Graph.Output($"scale.{part}", Graph.Clamp(Graph.Slice(distribution, channels, channels), new(0, Entropy.ScaleTables.LevelCount - 1)));
            if (isInterlaced)
                Graph.Output($"correction.{part}", Graph.Slice(distribution, 0, channels));
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

        // A DenseNet: dense layers, then a convolution.
        private GraphValue Net(GraphValue input, string name, NetConfiguration net, int outputs, ValueRange range) =>
            Graph.Convolution(Layers(Graph.Clamp(input, ValueRange.Activation), name, net), $"{name}.output", outputs, 3, range, _padding);

        // Each layer is a stage of 1 x 1 and one of 3 x 3, whose channels join the input's.
        private GraphValue Layers(GraphValue value, string name, NetConfiguration net)
        {
            int layer = 0;
            foreach (int growth in net.Growths())
            {
                GraphValue linear = Stage(value, $"{name}.dense{layer}.linear", value.Channels, 1);
                GraphValue spatial = Stage(linear, $"{name}.dense{layer}.spatial", growth, 3);
                value = Graph.Concatenation(value, spatial);
                layer++;
            }

            return value;
        }

        private PassConfiguration PassOf(int part) =>
            configuration.Levels[part / configuration.PartsPerLevel].Passes[part % configuration.PartsPerLevel / configuration.Channels];

        private GraphValue Trunk(GraphValue known, PassConfiguration pass, string name) =>
            Layers(Stage(known, $"{name}.stem", pass.Stem, 3, ByTable), name, pass.Trunk);

        private GraphValue Hidden(GraphValue known, List<GraphValue> carried, PassConfiguration pass, string plane, int channel)
        {
            GraphValue detail = Stage(known, $"{plane}.detail", pass.Detail, 3, ByTable);
            return Stage(Graph.Concatenation([.. carried, detail]), $"{plane}.hidden", pass.Hidden[channel - 1], 1);
        }

        private GraphValue Stage(GraphValue input, string name, int channels, int kernel, bool byTable = false)
        {
            bool rectified = configuration.Activation == "relu" && !byTable, grouped = configuration.Normalization == "group";
            ValueRange last = rectified ? ValueRange.Rectified : ValueRange.Activation;
            GraphValue value = Graph.Convolution(input, name, channels, kernel, grouped ? ValueRange.Activation : last, _padding);
            if (grouped)
                value = Graph.Normalization(value, $"{name}.norm", IdfConfiguration.GroupsOf(channels), last);
            return rectified ? value : Graph.Table(value, $"{name}.activation", ValueRange.Activation);
        }
    }
}
