using System.Collections.Immutable;

namespace Tessera.Exact.Managed;

/// <summary>Where a value lies: some channels of a storage.</summary>
/// <param name="Storage">The storage's number.</param>
/// <param name="Offset">The first channel.</param>
/// <param name="Channels">Channels.</param>
internal readonly record struct View(int Storage, int Offset, int Channels)
{
    public View Slice(int first, int channels) => new(Storage, Offset + first, channels);
}

/// <summary>Memory for one tile of one value, or of several that are parts of one.</summary>
/// <param name="Channels">Channels of a pixel.</param>
/// <param name="Extent">Its sides.</param>
/// <param name="Halo">Pixels around the tile, for convolutions.</param>
/// <param name="FirstUse">The first operation that uses it.</param>
/// <param name="LastUse">The last one.</param>
internal sealed record Storage(int Channels, Extent Extent, int Halo, int FirstUse, int LastUse);

/// <summary>
/// Decides where each value lies. The parts of a concatenation are written where they will be read, and a slice is read where it is,
/// so that a densely connected network copies nothing.
/// </summary>
internal sealed class BufferPlan
{
    private BufferPlan(ImmutableArray<View> views, ImmutableArray<Storage> storages, ImmutableArray<TableNode?> fusedTables)
    {
        Views = views;
        Storages = storages;
        FusedTables = fusedTables;
    }

    /// <summary>For each value, where it is.</summary>
    public ImmutableArray<View> Views { get; }

    public ImmutableArray<Storage> Storages { get; }

    /// <summary>For each convolution, the table that it applies to its own result, if that is all that uses it.</summary>
    public ImmutableArray<TableNode?> FusedTables { get; }

    public static BufferPlan Create(Graph graph)
    {
        ImmutableArray<GraphNode> nodes = graph.Nodes;
        TableNode?[] fused = FuseTables(graph);
        var views = new View?[nodes.Length];
        var shapes = new List<(int Channels, Extent Extent)>();
        for (int i = nodes.Length - 1; i >= 0; i--)
        {
            GraphNode node = nodes[i];
            if (node is SliceNode)
                continue;
            if (fused[i] is { } table)
                views[i] = views[table.Output.Index];
            if (views[i] is not { } view)
            {
                views[i] = view = new(shapes.Count, 0, node.Output.Channels);
                shapes.Add((node.Output.Channels, node.Output.Extent));
            }

            if (node is not ConcatenationNode)
                continue;
            int offset = 0;
            foreach (GraphValue input in node.Inputs)
            {
                if (nodes[input.Index] is not SliceNode)
                    views[input.Index] ??= view.Slice(offset, input.Channels);
                offset += input.Channels;
            }
        }

        for (int i = 0; i < nodes.Length; i++)
        {
            if (nodes[i] is SliceNode slice)
                views[i] = views[slice.Input.Index]!.Value.Slice(slice.First, slice.Output.Channels);
        }

        ImmutableArray<View> placed = [.. views.Select(view => view!.Value)];
        return new(placed, Lifetimes(graph, placed, shapes), [.. fused]);
    }

    private static TableNode?[] FuseTables(Graph graph)
    {
        var users = new int[graph.Nodes.Length];
        foreach (GraphValue input in graph.Nodes.SelectMany(node => node.Inputs))
            users[input.Index]++;
        foreach (GraphOutput output in graph.Outputs)
            users[output.Value.Index]++;
        var fused = new TableNode?[graph.Nodes.Length];
        foreach (TableNode table in graph.Nodes.OfType<TableNode>())
        {
            int input = table.Input.Index;
            if (graph.Nodes[input] is ConvolutionNode && users[input] == 1)
                fused[input] = table;
        }

        return fused;
    }

    private static ImmutableArray<Storage> Lifetimes(Graph graph, ImmutableArray<View> views, List<(int Channels, Extent Extent)> shapes)
    {
        var first = new int[shapes.Count];
        var last = new int[shapes.Count];
        var halo = new int[shapes.Count];
        Array.Fill(first, int.MaxValue);
        foreach (GraphNode node in graph.Nodes)
        {
            int index = node.Output.Index;
            foreach (int value in node.Inputs.Select(input => input.Index).Append(index))
            {
                int storage = views[value].Storage;
                first[storage] = Math.Min(first[storage], index);
                last[storage] = Math.Max(last[storage], index);
            }

            if (node is ConvolutionNode convolution)
            {
                ref int needed = ref halo[views[convolution.Input.Index].Storage];
                needed = Math.Max(needed, convolution.Kernel / 2);
            }
        }

        foreach (GraphOutput output in graph.Outputs)
            last[views[output.Value.Index].Storage] = graph.Nodes.Length;
        return [.. shapes.Select((shape, i) => new Storage(shape.Channels, shape.Extent, halo[i], first[i], last[i]))];
    }
}
