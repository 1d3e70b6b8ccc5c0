using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.Causal.Tests.Support;

/// <summary>A whole causal model, one pixel after the other, from its weights file: what the distribution of every sample is.</summary>
internal sealed class PlainModel
{
    private static readonly (int Dy, int Dx)[] Values =
    [
        (0, -1), (0, -2), (0, -3), (-1, -3), (-1, -2), (-1, -1), (-1, 0), (-1, 1), (-1, 2),
        (-2, -2), (-2, -1), (-2, 0), (-2, 1), (-2, 2), (-3, -1), (-3, 0), (-3, 1),
    ];

    private static readonly (int Dy, int Dx)[] Errors = [(0, -1), (0, -2), (-1, -1), (-1, 0), (-1, 1), (-2, 0)];

    private readonly Dictionary<string, int[]> _tensors;
    private readonly int _layers;

    public PlainModel(TensorFile weights)
    {
        _tensors = weights.Tensors.Values.ToDictionary(tensor => tensor.Name, tensor => tensor.ToInt32());
        _layers = CausalConfiguration.FromJson(weights.Metadata["configuration"]).Trunk.Length;
    }

    /// <summary>What is known of a sample before it is coded, and how it is coded.</summary>
    /// <param name="Blind">The blind prediction.</param>
    /// <param name="Informed">The informed prediction.</param>
    /// <param name="Scale">The scale.</param>
    /// <param name="Outputs">What the head gives.</param>
    /// <param name="Value">The sample.</param>
    /// <param name="Slots">The slots of any integer of its alphabet, by the network's mixture.</param>
    public readonly record struct Sample(int Blind, int Informed, int Scale, int[] Outputs, int Value, Func<int, SymbolInterval> Slots)
    {
        /// <summary>The sample's own slots.</summary>
        public SymbolInterval Interval => Slots(Value);
    }

    /// <summary>All samples of an image that is one tile, by row, column and channel.</summary>
    public Sample[,,] Samples(PlanarBuffer image)
    {
        PlainPlane[] values = PlainPlane.Of(image), errors = [.. Enumerable.Range(0, 3).Select(_ => new PlainPlane(image.Height, image.Width, 0))];
        var predictor = new PlainLeastSquares(values, image.Height, image.Width);
        var samples = new Sample[image.Height, image.Width, 3];
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                int[] blind = predictor.Blind(y, x);
                int[] features = Features(values, errors, y, x, blind, out int[] scales);
                int[] trunk = Trunk(features);
                for (int channel = 0; channel < 3; channel++)
                {
                    int informed = predictor.Informed(y, x, channel);
                    int[] known = Known(channel, informed - blind[channel], errors, y, x, scales);
                    int[] outputs = Layer($"head.{channel}.output", Layer($"head.{channel}.hidden", [.. trunk, .. known], 0, 2047), -32768, 32767);
                    int value = values[channel][y, x];
                    MixtureComponent[] mixture = Mixture(outputs, informed, scales[channel]);
                    int lowest = channel == 0 ? 0 : -255;
                    samples[y, x, channel] = new(blind[channel], informed, scales[channel], outputs, value, Slots);
                    errors[channel][y, x] = (8 * value) - informed;

                    SymbolInterval Slots(int any) => new Entropy.Mixture(ScaleTables.Logistic, mixture, 12, lowest, 255).Interval(any);
                }

                predictor.Learn(y, x);
            }
        }

        return samples;
    }

    /// <summary>What the trunk reads of a pixel's neighbours, and how large errors are there.</summary>
    public int[] Features(PlainPlane[] values, PlainPlane[] errors, int y, int x, int[] blind, out int[] scales)
    {
        scales = new int[3];
        var features = new List<int>();
        for (int channel = 0; channel < 3; channel++)
        {
            PlainPlane plane = values[channel];
            int[] near = [.. Errors.Select(place => errors[channel][y + place.Dy, x + place.Dx])];
            int sum = near.Sum(Math.Abs), change = Math.Abs(plane[y, x - 1] - plane[y - 1, x - 1]);
            int scale = scales[channel] = (sum * 171 / 1024) + (change * 77 / 64) + 8, prediction = blind[channel];
            features.AddRange(Values.Select(place => Symmetric("logarithms", (8 * plane[y + place.Dy, x + place.Dx]) - prediction)));
            features.AddRange(near.Select(error => Normalised(error, scale)));
            features.AddRange(near.Select(error => _tensors["table.logarithms"][Math.Abs(error)] - 256));
            features.Add(_tensors["table.scale_logarithms"][scale]);
        }

        return [.. features];
    }

    private static int Normalised(int value, int scale) =>
        (int)Math.Clamp(Math.Floor(((double)value * ((1 << 20) / scale) / 16384) + 0.5), -2047, 2047);

    private int Symmetric(string table, int value) => Math.Sign(value) * _tensors[$"table.{table}"][Math.Abs(value)];

    private int[] Known(int channel, int correction, PlainPlane[] errors, int y, int x, int[] scales)
    {
        var known = new List<int>();
        if (channel > 0)
            known.Add(Normalised(correction, scales[channel]));
        for (int other = 0; other < channel; other++)
        {
            int error = errors[other][y, x];
            known.Add(Normalised(error, scales[other]));
            known.Add(Symmetric("half_logarithms", error));
        }

        return [.. known];
    }

    private int[] Trunk(int[] features)
    {
        int[] value = features;
        for (int i = 0; i < _layers; i++)
        {
            int[] result = Layer($"trunk.{i}", value, 0, 2047);
            value = i > 0 && result.Length == value.Length ? [.. value.Zip(result, (a, b) => Math.Min(a + b, 2047))] : result;
        }

        return value;
    }

    // spec/arithmetic.md, section 3.
    private int[] Layer(string name, int[] input, int low, int high)
    {
        int[] weight = _tensors[$"{name}.weight"], bias = _tensors[$"{name}.bias"], shift = _tensors[$"{name}.shift"];
        var output = new int[bias.Length];
        Assert.Equal(output.Length * input.Length, weight.Length);
        for (int d = 0; d < output.Length; d++)
        {
            long sum = bias[d];
            for (int c = 0; c < input.Length; c++)
                sum += weight[(d * input.Length) + c] * input[c];
            long rounded = Math.Clamp(shift[d] == 0 ? sum : (sum + (1L << (shift[d] - 1))) >> shift[d], -32768, 32767);
            output[d] = (int)Math.Clamp(((rounded * _tensors[$"{name}.multiplier"][d]) + 16384) >> 15, low, high);
        }

        return output;
    }

    private MixtureComponent[] Mixture(int[] outputs, int informed, int scale)
    {
        int largest = Enumerable.Range(0, 3).MaxBy(k => outputs[k]);
        int[] shares = [.. outputs[..3].Select(logit => _tensors["table.exponentials"][Math.Min(outputs[largest] - logit, 1023)])];
        int[] weights = [.. shares.Select(share => 4096 * share / shares.Sum())];
        weights[largest] += 4096 - weights.Sum();
        return
        [
            .. Enumerable.Range(0, 3).Select(k => ScaleTables.Logistic.Component(
                (informed * 8) + (int)Math.Floor(((outputs[3 + k] * scale) + 4) / 8.0),
                (int)Math.Clamp(Math.Floor((outputs[6 + k] + _tensors["table.scale_levels"][scale] + 8) / 16.0), 0, 135),
                (uint)weights[k])),
        ];
    }
}
