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
        switch (_random.Next(12))
        {
            case 0:
                GraphValue[] same = [.. _values.Where(other => other.Extent == value.Extent).OrderBy(_ => _random.Next()).Take(3)];
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
                return value.Channels < 12 && value.Halvings < 2 && value.Tokens == 0 ? _builder.SpaceToDepth(value) : value;
            case 4:
                return value.Channels % 4 == 0 && value.Halvings > 0 && value.Tokens == 0 ? _builder.DepthToSpace(value) : value;
            case 5:
                return _builder.Table(value, Name(), Pick(Ranges));
            case 6:
                GraphValue other = Pick([.. _values.Where(v => v.Channels == value.Channels && v.Extent == value.Extent)]);
                return _random.Next(5) switch
                {
                    4 => _builder.Subtract(value, other, Pick(Ranges)),
                    0 => _builder.AddWrapping(value, other),
                    1 => _builder.SubtractWrapping(value, other),
                    2 => _builder.Clamp(value, Pick(Ranges)),
                    _ => _builder.Add(value, other, Pick(Ranges)),
                };
            case 8 or 9:
                return DrawOfTokens(value);
            case 7 when convolvable:
                return _builder.Normalization(value, Name(), Pick([.. Enumerable.Range(1, value.Channels).Where(g => value.Channels % g == 0)]), Pick(Ranges));
            default:
                if (!convolvable)
                    return value;
                GraphValue result = _builder.Convolution(value, Name(), 1 + _random.Next(40), Pick([1, 3, 3, 5]), Pick([.. Ranges, ValueRange.Full]), Pick([Padding.Zero, Padding.Replicate]));
                return _random.Next(3) == 0 ? _builder.Table(result, Name(), Pick(Ranges)) : result;
        }
    }

    private GraphValue DrawOfTokens(GraphValue value)
    {
        switch (_random.Next(6))
        {
            case 0:
                return _builder.Reinterpretation(value, _random.Next(2) == 0);
            case 1:
                // The sides of a tile are multiples of 4.
                int divisor = value.Tokens > 0 ? value.Tokens : 16 >> (2 * value.Halvings);
                int groups = Pick([.. Enumerable.Range(1, divisor).Where(g => divisor % g == 0)]);
                return _builder.TokenMeans(value, groups, _random.Next(GraphBuilder.MaxMeanBits + 1), Pick(Ranges));
            case 2:
                return _builder.Softmax(
                    value, Name(), Pick([SoftmaxAxis.Channels, SoftmaxAxis.Tokens]), _random.Next(GraphBuilder.MaxSoftmaxBits + 1), Pick([new(0, 32767), .. Ranges]));
            case 3:
                return _builder.Product(value, Pick([.. _values.Where(v => v.Extent == value.Extent)]), Name(), Pick(Ranges), ProductKind.FirstTransposed);
            case 4:
                GraphValue[] lists = [.. _values.Where(v => v.Tokens > 0 && v.Channels == value.Channels)];
                GraphValue list = lists.Length > 0 ? Pick(lists) : _builder.Constant(Name(), 1 + _random.Next(8), value.Channels, Pick(Ranges));
                return _builder.Product(value, list, Name(), Pick(Ranges), ProductKind.SecondTransposed);
            default:
                lists = [.. _values.Where(v => v.Tokens == value.Channels)];
                list = lists.Length > 0 ? Pick(lists) : _builder.Constant(Name(), value.Channels, 1 + _random.Next(8), Pick([.. Ranges, ValueRange.Full]));
                return _builder.Product(value, list, Name(), Pick(Ranges));
        }
    }

    private ExactTensor Filled(ExactTensor tensor, ValueRange range)
    {
        foreach (ref short element in tensor.Values)
            element = (short)_random.Next(range.Low, range.High + 1);
        return tensor;
    }

    private static ExactTensor Shaped(GraphValue value, int tiles, int height, int width)
    {
        (int h, int w) = value.Sides(height, width);
        return new(tiles, h, w, value.Channels);
    }

    private string Name() => $"n{_names++}";

    private T Pick<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];
}
