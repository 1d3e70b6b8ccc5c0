namespace Tessera.Exact.Tests.Support;

/// <summary>Draws weights for a graph.</summary>
internal static class RandomWeights
{
    /// <summary>Weights that use their whole range, and shifts and multipliers that use the result's.</summary>
    public static TensorFileWriter Add(TensorFileWriter writer, Graph graph, Random random)
    {
        var magnitudes = graph.Nodes.OfType<ConvolutionNode>().ToDictionary(node => node.Name, node => (node.Input.Range.Magnitude, node.Kernel * node.Kernel * node.Input.Channels));
        foreach (ParameterSpecification parameter in graph.Parameters)
        {
            string name = parameter.Name[..parameter.Name.LastIndexOf('.')], kind = parameter.Name[(name.Length + 1)..];
            int length = parameter.Shape.Aggregate(1, (product, extent) => product * extent);
            Func<int, int> element = kind switch
            {
                "weight" => _ => random.Next(-127, 128),
                "bias" => _ => random.Next(-200000, 200001),
                "shift" when !magnitudes.ContainsKey(name) => _ => random.Next(0, 30),
                "shift" => _ => Math.Clamp((int)Math.Log2(magnitudes[name].Magnitude * 127.0 * Math.Sqrt(magnitudes[name].Item2) / 8000) + random.Next(-2, 2), 0, 24),
                "multiplier" => _ => random.Next(1, 32768) >> random.Next(6) | 1,
                "table" or "values" => _ => Range(graph, name, random),
                "gain" => _ => random.Next(-32767, 32768),
                "offset" => _ => random.Next(-500, 500),
                _ => _ => 0,
            };
            int[] elements = kind == "order" ? Shuffled(length, random)
                : kind == "table" && graph.Nodes.OfType<SoftmaxNode>().Any(node => node.Name == name) ? Falling(length, random)
                : [.. Enumerable.Range(0, length).Select(element)];
            writer.Add(parameter.Name, parameter.Type, [.. parameter.Shape], elements);
        }

        return writer;
    }

    private static int Range(Graph graph, string name, Random random)
    {
        ValueRange range = graph.Nodes.Single(node => node switch
        {
            TableNode table => table.Name == name,
            ConstantNode constant => constant.Name == name,
            _ => false,
        }).Output.Range;
        return random.Next(range.Low, range.High + 1);
    }

    // An exponential, more or less: from flat to all but steepest.
    private static int[] Falling(int length, Random random)
    {
        int first = random.Next(1, 32768);
        double width = Math.Pow(length, random.NextDouble() * 1.2);
        return [.. Enumerable.Range(0, length).Select(distance => (int)Math.Round(first * Math.Exp(-distance / width)))];
    }

    public static int[] Shuffled(int length, Random random)
    {
        int[] order = [.. Enumerable.Range(0, length)];
        random.Shuffle(order);
        return order;
    }
}
