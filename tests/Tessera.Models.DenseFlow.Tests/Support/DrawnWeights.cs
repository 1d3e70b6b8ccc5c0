using Tessera.Exact;
using Tessera.Exact.Tests.Support;

namespace Tessera.Models.DenseFlow.Tests.Support;

/// <summary>
/// Draws weights for a flow that does not overflow on images: matrices are near the identity, and nets say something of everything, but not the
/// most that they can.
/// </summary>
internal sealed class DrawnWeights
{
    // How large what a convolution reads usually is, and a sum of it after its shift.
    private const double UsualInput = 200;
    private const double UsualSum = 8000;

    // How large the elements of a uniform distribution from -127 to 127 are: its deviation.
    private const double UsualWeight = 73;

    private readonly DenseFlowConfiguration _configuration;
    private readonly Random _random;
    private readonly TensorFileWriter _writer = new();
    private readonly int? _factor;

    private DrawnWeights(string json, int seed, int? factor)
    {
        _configuration = DenseFlowConfiguration.FromJson(json);
        _random = new(seed);
        _factor = factor;
        _writer.Metadata("model", SmallModel.Id).Metadata("version", "1").Metadata("configuration", json);
    }

    /// <summary>Draws weights.</summary>
    /// <param name="json">The configuration.</param>
    /// <param name="seed">Others for each.</param>
    /// <param name="factor">The scale that all matrices have for all channels, in place of one near 1.</param>
    public static TensorFile Of(string json, int seed = 1, int? factor = null)
    {
        var drawn = new DrawnWeights(json, seed, factor);
        drawn.Add();
        return TensorFile.Read(drawn._writer.ToArray());
    }

    private void Add()
    {
        for (int block = 0; block < _configuration.Blocks.Length; block++)
        {
            for (int unit = 0; unit < _configuration.Blocks[block].Modules.Length; unit++)
            {
                if (unit > 0)
                {
                    Add(DenseFlowGraphs.Noise(_configuration, block, unit), 60, 8);
                    AddRead(DenseFlowGraphs.NoiseName(block, unit), _configuration.Recorded(block, unit));
                }

                for (int module = 0; module < _configuration.Blocks[block].Modules[unit]; module++)
                    AddModule(block, unit, module);
            }
        }

        if (_configuration.Dequantiser is not null)
            Add(DenseFlowGraphs.Dequantiser(_configuration), 80, 10);
        int channels = _configuration.Leaving(_configuration.Blocks.Length - 1), unitLevel = FixedGaussian.UnitLevel(_configuration.FractionBits);
        Add("base.mean", TensorType.I32, channels, _ => Around(1 << _configuration.FractionBits));
        Add("base.level", TensorType.I16, channels, _ => unitLevel + Around(16));
    }

    private void AddModule(int block, int unit, int module)
    {
        string name = DenseFlowGraphs.ModuleName(block, unit, module);
        int channels = _configuration.Channels(block, unit), triangle = channels * (channels - 1) / 2;
        Add($"{name}.matrix.upper", TensorType.I32, triangle, _ => Around(6000));
        Add($"{name}.matrix.factor", TensorType.I32, channels, i => _factor ?? (i == 0 ? (int)ModularScale.One : 65_000 + Around(15_000)));
        Add($"{name}.matrix.lower", TensorType.I32, triangle, _ => Around(6000));
        int[] order = [.. Enumerable.Range(0, channels)];
        _random.Shuffle(order);
        Add($"{name}.matrix.order", TensorType.I32, channels, i => order[i]);
        Add($"{name}.matrix.bias", TensorType.I32, channels, _ => Around(1 << (_configuration.FractionBits - 3)));
        Add(DenseFlowGraphs.Coupling(_configuration, block, unit, module), 12, 60);
        AddRead($"{name}.coupling", channels / 2);
    }

    // So much that units of a value, a thousandth or so, are what a net's integers are.
    private void AddRead(string name, int channels) =>
        Add($"{name}.read", TensorType.U8, channels, _ => Math.Max(0, _configuration.FractionBits - 9 + _random.Next(3)));

    private void Add(Graph graph, double usualFirst, double usualSecond)
    {
        var convolutions = graph.Nodes.OfType<ConvolutionNode>().ToDictionary(node => node.Name);
        foreach (ParameterSpecification parameter in graph.Parameters)
        {
            string name = parameter.Name[..parameter.Name.LastIndexOf('.')], kind = parameter.Name[(name.Length + 1)..];
            int count = parameter.Shape.Aggregate(1, (product, extent) => product * extent);
            Func<int, int> element;
            if (kind == "table")
            {
                element = i => Symlog(i - ValueRange.ConvolutionLimit);
            }
            else
            {
                ConvolutionNode node = convolutions[name];
                double sum = UsualInput * UsualWeight * Math.Sqrt(node.Kernel * node.Kernel * node.Input.Channels);
                int shift = (int)Math.Max(0, Math.Ceiling(Math.Log2(sum / UsualSum)));
                element = kind switch
                {
                    "weight" => _ => Around(127),
                    "bias" => _ => Around((int)(sum / 2)),
                    "shift" => _ => shift,
                    _ => channel => Multiplier(channel),
                };

                int Multiplier(int channel)
                {
                    bool isOutput = name.EndsWith(".output", StringComparison.Ordinal);
                    double usual = !isOutput ? UsualInput : channel < count / 2 ? usualFirst : usualSecond;
                    return Math.Clamp((int)(usual / (sum / Math.Pow(2, shift)) * 32768), 1, 32767);
                }
            }

            _writer.Add(parameter.Name, parameter.Type, [.. parameter.Shape], Enumerable.Range(0, count).Select(element).ToArray());
        }
    }

    private void Add(string name, TensorType type, int length, Func<int, int> element) =>
        _writer.Add(name, type, [length], Enumerable.Range(0, length).Select(element).ToArray());

    private int Around(int most) => _random.Next(-most, most + 1);

    private static int Symlog(int value) => Math.Sign(value) * (int)(100 * Math.Log(1 + (Math.Abs(value) / 32.0)));
}
