using System.Numerics;

namespace Tessera.Exact.Tests.Support;

/// <summary>
/// Runs graphs as <c>spec/arithmetic.md</c> says, in unbounded integers, one element after the other. It shares no code with the engines.
/// </summary>
internal sealed class ReferenceEngine(BoundGraph graph)
{
    private readonly Dictionary<int, Map> _values = [];

    /// <summary>The elements of one value in one tile.</summary>
    public sealed class Map(int height, int width, int channels)
    {
        private readonly BigInteger[] _elements = new BigInteger[height * width * channels];

        public int Height => height;

        public int Width => width;

        public int Channels => channels;

        public BigInteger this[int y, int x, int c]
        {
            get => _elements[(((y * width) + x) * channels) + c];
            set => _elements[(((y * width) + x) * channels) + c] = value;
        }

        public short[] ToArray() => [.. _elements.Select(element => (short)element)];

        public static Map From(ExactTensor tensor, int tile)
        {
            var map = new Map(tensor.Height, tensor.Width, tensor.Channels);
            ReadOnlySpan<short> elements = tensor.Tile(tile);
            for (int i = 0; i < elements.Length; i++)
                map._elements[i] = elements[i];
            return map;
        }
    }

    public IReadOnlyList<short[]> Run(ReadOnlySpan<ExactTensor> inputs, int tile)
    {
        int next = 0;
        foreach (BoundNode node in graph.Nodes)
            _values[node.Node.Output.Index] = node.Node is InputNode ? Map.From(inputs[next++], tile) : Compute(node);
        return [.. graph.Graph.Outputs.Select(output => _values[output.Value.Index].ToArray())];
    }

    private Map Compute(BoundNode bound)
    {
        GraphNode node = bound.Node;
        int channels = node.Output.Channels;
        if (bound is BoundConstant constant)
            return Make(1, node.Output.Tokens, channels, (_, t, c) => constant.Values[(t * channels) + c]);
        Map first = _values[node.Inputs[0].Index];
        switch (bound)
        {
            case BoundConvolution convolution:
                return Make(first.Height, first.Width, channels, (y, x, c) => Convolve(convolution, first, y, x, c));
            case BoundTable table:
                return Make(first.Height, first.Width, channels, (y, x, c) => table.Entries[(int)first[y, x, c] - table.Operation.Input.Range.Low]);
            case BoundPermutation permutation:
                return Make(first.Height, first.Width, channels, (y, x, c) => first[y, x, permutation.Order[c]]);
            case BoundNormalization normalization:
                return Normalize(normalization, first);
            case BoundProduct product:
                return Multiply(product, first, _values[product.Operation.Second.Index]);
            case BoundSoftmax softmax:
                return Softmax(softmax, first);
        }

        switch (node)
        {
            case AddNode sum:
                Map second = _values[sum.Second.Index];
                return Make(first.Height, first.Width, channels, (y, x, c) => sum.Kind switch
                {
                    SumKind.Clamped => Clamp(first[y, x, c] + second[y, x, c], node.Output.Range.Low, node.Output.Range.High),
                    SumKind.ClampedDifference => Clamp(first[y, x, c] - second[y, x, c], node.Output.Range.Low, node.Output.Range.High),
                    SumKind.Wrapped => Wrap(first[y, x, c] + second[y, x, c]),
                    _ => Wrap(first[y, x, c] - second[y, x, c]),
                });
            case ClampNode:
                return Make(first.Height, first.Width, channels, (y, x, c) => Clamp(first[y, x, c], node.Output.Range.Low, node.Output.Range.High));
            case ConcatenationNode:
                Map[] parts = [.. node.Inputs.Select(input => _values[input.Index])];
                return Make(first.Height, first.Width, channels, (y, x, c) =>
                {
                    int part = 0;
                    for (; c >= parts[part].Channels; part++)
                        c -= parts[part].Channels;
                    return parts[part][y, x, c];
                });
            case SliceNode slice:
                return Make(first.Height, first.Width, channels, (y, x, c) => first[y, x, slice.First + c]);
            case SpaceToDepthNode:
                return Make(first.Height / 2, first.Width / 2, channels, (y, x, c) => first[(2 * y) + ((c / 2) % 2), (2 * x) + (c % 2), c / 4]);
            case DepthToSpaceNode:
                return Make(first.Height * 2, first.Width * 2, channels, (y, x, c) => first[y / 2, x / 2, (4 * c) + (2 * (y % 2)) + (x % 2)]);
            case ReinterpretationNode reinterpretation:
                var reinterpreted = new Map(first.Height, first.Width, channels);
                int number = 0;
                ForEach(first, (y, x, c) =>
                {
                    // The channel-first place of the element with this number.
                    (int channel, int place) = Math.DivRem(number++, first.Height * first.Width);
                    (int row, int column) = Math.DivRem(place, first.Width);
                    if (reinterpretation.IsInverse)
                        reinterpreted[row, column, channel] = first[y, x, c];
                    else
                        reinterpreted[y, x, c] = first[row, column, channel];
                });
                return reinterpreted;
            case TokenMeansNode means:
                int size = first.Height * first.Width / node.Output.Tokens;
                return Make(1, node.Output.Tokens, channels, (_, group, c) =>
                {
                    BigInteger sum = 0;
                    for (int t = group * size; t < (group + 1) * size; t++)
                        sum += first[t / first.Width, t % first.Width, c];
                    return Clamp(RoundHalfUp(sum << means.FractionBits, size), node.Output.Range.Low, node.Output.Range.High);
                });
            default:
                throw new NotSupportedException(node.GetType().Name);
        }
    }

    private static BigInteger Convolve(BoundConvolution convolution, Map input, int y, int x, int channel)
    {
        int kernel = convolution.Operation.Kernel, radius = kernel / 2, weight = channel * kernel * kernel * input.Channels;
        BigInteger sum = convolution.Bias[channel];
        for (int ky = -radius; ky <= radius; ky++)
        {
            for (int kx = -radius; kx <= radius; kx++)
            {
                int row = Math.Clamp(y + ky, 0, input.Height - 1), column = Math.Clamp(x + kx, 0, input.Width - 1);
                bool inside = row == y + ky && column == x + kx;
                for (int c = 0; c < input.Channels; c++, weight++)
                {
                    if (inside || convolution.Operation.Padding == Padding.Replicate)
                        sum += input[row, column, c] * convolution.Weights[weight];
                }
            }
        }

        BigInteger rounded = RoundHalfUp(sum, BigInteger.One << convolution.Shift[channel]);
        BigInteger scaled = RoundHalfUp(Clamp(rounded, -32768, 32767) * convolution.Multiplier[channel], 32768);
        return Clamp(scaled, convolution.Operation.Output.Range.Low, convolution.Operation.Output.Range.High);
    }

    private static Map Multiply(BoundProduct product, Map a, Map b)
    {
        ProductNode node = product.Operation;
        bool transposed = node.Kind == ProductKind.FirstTransposed;
        return Make(transposed ? 1 : a.Height, transposed ? a.Channels : a.Width, node.Output.Channels, (y, x, d) =>
        {
            BigInteger sum = 0;
            if (transposed)
                ForEach(a, (row, column, c) => sum += c == x ? a[row, column, c] * b[row, column, d] : 0);
            for (int k = 0; k < a.Channels && !transposed; k++)
                sum += a[y, x, k] * (node.Kind == ProductKind.Plain ? b[0, k, d] : b[0, d, k]);
            BigInteger rounded = RoundHalfUp(sum, BigInteger.One << product.Shift);
            BigInteger scaled = RoundHalfUp(Clamp(rounded, -32768, 32767) * product.Multiplier, 32768);
            return Clamp(scaled, node.Output.Range.Low, node.Output.Range.High);
        });
    }

    private static Map Softmax(BoundSoftmax softmax, Map input)
    {
        SoftmaxNode node = softmax.Operation;
        bool overTokens = node.Axis == SoftmaxAxis.Tokens;
        return Make(input.Height, input.Width, input.Channels, (y, x, c) =>
        {
            BigInteger most = input[y, x, c], sum = 0;
            ForEach(input, (row, column, channel) => most = IsAlong(row, column, channel) ? BigInteger.Max(most, input[row, column, channel]) : most);
            ForEach(input, (row, column, channel) => sum += IsAlong(row, column, channel) ? Exponential(row, column, channel) : 0);
            return Clamp(RoundHalfUp(Exponential(y, x, c) << node.FractionBits, sum), node.Output.Range.Low, node.Output.Range.High);

            bool IsAlong(int row, int column, int channel) => overTokens ? channel == c : row == y && column == x;
            BigInteger Exponential(int row, int column, int channel) => softmax.Entries[(int)(most - input[row, column, channel])];
        });
    }

    private static Map Normalize(BoundNormalization normalization, Map input)
    {
        NormalizationNode node = normalization.Operation;
        int size = input.Channels / node.Groups;
        var result = new Map(input.Height, input.Width, input.Channels);
        for (int group = 0; group < node.Groups; group++)
        {
            BigInteger n = 0, sum = 0, squares = 0;
            ForEach(input, (y, x, c) =>
            {
                if (c / size != group)
                    return;
                n++;
                sum += input[y, x, c];
                squares += input[y, x, c] * input[y, x, c];
            });
            BigInteger mean = RoundHalfUp(16 * sum, n);
            BigInteger deviation = Root((n * squares) - (sum * sum));
            BigInteger reciprocal = deviation == 0 ? 32767 : BigInteger.Min(32767, (n << 18) / deviation);
            int current = group;
            ForEach(input, (y, x, c) =>
            {
                if (c / size != current)
                    return;
                BigInteger normal = Clamp(RoundHalfUp(((16 * input[y, x, c]) - mean) * reciprocal, 16384), -32768, 32767);
                BigInteger value = RoundHalfUp(normal * normalization.Gain[c], 32768) + normalization.Offset[c];
                result[y, x, c] = Clamp(value, node.Output.Range.Low, node.Output.Range.High);
            });
        }

        return result;
    }

    private static Map Make(int height, int width, int channels, Func<int, int, int, BigInteger> element)
    {
        var map = new Map(height, width, channels);
        ForEach(map, (y, x, c) => map[y, x, c] = element(y, x, c));
        return map;
    }

    private static void ForEach(Map map, Action<int, int, int> action)
    {
        for (int y = 0; y < map.Height; y++)
        {
            for (int x = 0; x < map.Width; x++)
            {
                for (int c = 0; c < map.Channels; c++)
                    action(y, x, c);
            }
        }
    }

    // The number from -32768 to 32767 that differs by a multiple of 65536.
    private static BigInteger Wrap(BigInteger value) => value - (65536 * RoundHalfUp(value, 65536));

    private static BigInteger Clamp(BigInteger value, int low, int high) => BigInteger.Max(low, BigInteger.Min(high, value));

    // floor(value / unit + 1/2)
    private static BigInteger RoundHalfUp(BigInteger value, BigInteger unit)
    {
        var quotient = BigInteger.DivRem((2 * value) + unit, 2 * unit, out BigInteger remainder);
        return remainder < 0 ? quotient - 1 : quotient;
    }

    private static BigInteger Root(BigInteger value)
    {
        BigInteger low = 0, high = value + 1;
        while (high - low > 1)
        {
            BigInteger middle = (low + high) / 2;
            (low, high) = middle * middle <= value ? (middle, high) : (low, middle);
        }

        return low;
    }
}
