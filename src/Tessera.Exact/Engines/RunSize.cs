namespace Tessera.Exact;

/// <summary>How many tiles of what size a run is on.</summary>
/// <param name="Tiles">Tiles.</param>
/// <param name="Height">Rows of a tile.</param>
/// <param name="Width">Columns of a tile.</param>
public readonly record struct RunSize(int Tiles, int Height, int Width)
{
    /// <summary>Finds it from what a run is given, and checks that all of it fits the graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputs">The inputs of the run.</param>
    /// <param name="outputs">What takes its outputs.</param>
    /// <returns>The size.</returns>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static RunSize Of(Graph graph, ReadOnlySpan<ExactTensor> inputs, ReadOnlySpan<ExactTensor> outputs)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (inputs.Length != graph.Inputs.Length || outputs.Length != graph.Outputs.Length)
        {
            throw new ArgumentException(
                $"The graph takes {graph.Inputs.Length} inputs and {graph.Outputs.Length} outputs, not {inputs.Length} and {outputs.Length}.");
        }

        int halvings = graph.Inputs[0].Output.Halvings;
        var size = new RunSize(inputs[0].Tiles, inputs[0].Height << halvings, inputs[0].Width << halvings);
        if (size.Height % graph.Divisor != 0 || size.Width % graph.Divisor != 0)
            throw new ArgumentException($"The sides of a tile, {size.Height} x {size.Width}, must be multiples of {graph.Divisor}.");
        for (int i = 0; i < inputs.Length; i++)
            size.Check(inputs[i], "input", graph.Inputs[i].Name, graph.Inputs[i].Output);
        for (int i = 0; i < outputs.Length; i++)
            size.Check(outputs[i], "output", graph.Outputs[i].Name, graph.Outputs[i].Value);
        return size;
    }

    private void Check(ExactTensor tensor, string kind, string name, GraphValue value)
    {
        (int height, int width) = value.Sides(Height, Width);
        if (tensor.Tiles != Tiles || tensor.Height != height || tensor.Width != width || tensor.Channels != value.Channels)
        {
            throw new ArgumentException(
                $"The {kind} '{name}' has {tensor.Tiles} tiles of {tensor.Height} x {tensor.Width} x {tensor.Channels}; "
                + $"{Tiles} of {height} x {width} x {value.Channels} are needed.");
        }
    }
}
