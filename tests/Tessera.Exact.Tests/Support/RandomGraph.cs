namespace Tessera.Exact.Tests.Support;

/// <summary>Draws graphs, weights that fit them, and inputs.</summary>
internal sealed class RandomGraph
{
    private static readonly ValueRange[] Ranges = [ValueRange.Activation, ValueRange.Rectified, new(-100, 300)];
    private readonly Random _random;
    private readonly GraphBuilder _builder = new();
    private readonly List<GraphValue> _values = [];
    private int _names;

    public RandomGraph(int seed, int operations)
    {
        _random = new Random(seed);
        for (int i = 0; i < 1 + _random.Next(2); i++)
            _values.Add(_builder.Input(Name(), 1 + _random.Next(7), Pick(Ranges), _random.Next(2)));
        for (int i = 0; i < operations; i++)
            _values.Add(Draw());
        _builder.Output("last", _values[^1]);
        for (int i = 0; i < _random.Next(3); i++)
            _builder.Output($"output {i}", Pick(_values));
        Graph = _builder.Build();
        Bound = BoundGraph.Bind(Graph, TensorFile.Read(RandomWeights.Add(new(), Graph, _random).ToArray()));
    }

    public Graph Graph { get; }

    public BoundGraph Bound { get; }

    public ExactTensor[] Inputs(int tiles, int height, int width) =>
        [.. Graph.Inputs.Select(input => Filled(Shaped(input.Output, tiles, height, width), input.Output.Range))];

    public ExactTensor[] Outputs(int tiles, int height, int width) => [.. Graph.Outputs.Select(output => Shaped(output.Value, tiles, height, width))];

    private GraphValue Draw()
    {
        GraphValue value = Pick(_values);
        bool convolvable = value.Range.Magnitude <= ValueRange.ConvolutionLimit;
        switch (_random.Next(10))
        {
            case 0:
                GraphValue[] same = [.. _values.Where(other => other.Halvings == value.Halvings).OrderBy(_ => _random.Next()).Take(3)];
                return same.Sum(part => part.Channels) < 60 ? _builder.Concatenation(same) : value;
            case 1:
                int first = _random.Next(value.Channels);
                return _builder.Slice(value, first, 1 + _random.Next(value.Channels - first));
            case 2:
                if (_random.Next(3) == 0)
                    return _builder.Permutation(value, RandomWeights.Shuffled(value.Channels, _random), _random.Next(2) == 0);
                string permutation = Name();
                value = _builder.Permutation(value, permutation, _random.Next(2) == 0);
                return _random.Next(3) == 0 ? _builder.Permutation(value, permutation, _random.Next(2) == 0) : value;
            case 3:
                return value.Channels < 12 && value.Halvings < 2 ? _builder.SpaceToDepth(value) : value;
            case 4:
                return value.Channels % 4 == 0 && value.Halvings > 0 ? _builder.DepthToSpace(value) : value;
            case 5:
                return _builder.Table(value, Name(), Pick(Ranges));
            case 6:
                GraphValue other = Pick([.. _values.Where(v => v.Channels == value.Channels && v.Halvings == value.Halvings)]);
                return _random.Next(4) switch
                {
                    0 => _builder.AddWrapping(value, other),
                    1 => _builder.SubtractWrapping(value, other),
                    2 => _builder.Clamp(value, Pick(Ranges)),
                    _ => _builder.Add(value, other, Pick(Ranges)),
                };
            case 7 when convolvable:
                return _builder.Normalization(value, Name(), Pick([.. Enumerable.Range(1, value.Channels).Where(g => value.Channels % g == 0)]), Pick(Ranges));
            default:
                if (!convolvable)
                    return value;
                GraphValue result = _builder.Convolution(value, Name(), 1 + _random.Next(40), Pick([1, 3, 3, 5]), Pick([.. Ranges, ValueRange.Full]), Pick([Padding.Zero, Padding.Replicate]));
                return _random.Next(3) == 0 ? _builder.Table(result, Name(), Pick(Ranges)) : result;
        }
    }

    private ExactTensor Filled(ExactTensor tensor, ValueRange range)
    {
        foreach (ref short element in tensor.Values)
            element = (short)_random.Next(range.Low, range.High + 1);
        return tensor;
    }

    private static ExactTensor Shaped(GraphValue value, int tiles, int height, int width) =>
        new(tiles, height >> value.Halvings, width >> value.Halvings, value.Channels);

    private string Name() => $"n{_names++}";

    private T Pick<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];
}
