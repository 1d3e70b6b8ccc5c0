using Tessera.Exact;

namespace Tessera.Models.Causal;

/// <summary>
/// The network of a causal model as graphs on lists of pixels: one that reads the neighbours and gives the first channel's distribution, and
/// one for each further channel (<c>spec/causal.md</c>, section 6).
/// </summary>
internal static class CausalGraphs
{
    /// <summary>Reads <c>features</c>; gives <c>trunk</c> and the first channel's <c>distribution</c>.</summary>
    public static Graph First(CausalConfiguration configuration)
    {
        var builder = new GraphBuilder();
        GraphValue value = builder.Input("features", Features.Count, ValueRange.Activation);
        for (int i = 0; i < configuration.Trunk.Length; i++)
        {
            GraphValue result = builder.Convolution(value, $"trunk.{i}", configuration.Trunk[i], 1, ValueRange.Rectified);
            value = i > 0 && result.Channels == value.Channels ? builder.Add(value, result, ValueRange.Rectified) : result;
        }

        builder.Output("trunk", value);
        builder.Output("distribution", Head(builder, configuration, value, 0));
        return builder.Build();
    }

    /// <summary>Reads <c>trunk</c> and what is <c>known</c>; gives a further channel's <c>distribution</c>.</summary>
    public static Graph Further(CausalConfiguration configuration, int channel)
    {
        var builder = new GraphBuilder();
        GraphValue trunk = builder.Input("trunk", configuration.Trunk[^1], ValueRange.Rectified);
        GraphValue known = builder.Input("known", Features.KnownCount(channel), ValueRange.Activation);
        builder.Output("distribution", Head(builder, configuration, builder.Concatenation(trunk, known), channel));
        return builder.Build();
    }

    private static GraphValue Head(GraphBuilder builder, CausalConfiguration configuration, GraphValue value, int channel)
    {
        GraphValue hidden = builder.Convolution(value, $"head.{channel}.hidden", configuration.Head, 1, ValueRange.Rectified);
        return builder.Convolution(hidden, $"head.{channel}.output", CausalConfiguration.Outputs, 1, ValueRange.Full);
    }
}
