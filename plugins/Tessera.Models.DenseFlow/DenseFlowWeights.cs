using System.Collections.Immutable;
using Tessera.Exact;

namespace Tessera.Models.DenseFlow;

/// <summary>A graph that reads values.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Shifts">By channel, how many bits of a value it does not see.</param>
internal sealed record ReadingGraph(BoundGraph Graph, ImmutableArray<int> Shifts);

/// <summary>A module.</summary>
/// <param name="Matrix">What is done first.</param>
/// <param name="Coupling">Then this.</param>
internal sealed record ModuleWeights(InvertibleMatrix Matrix, ReadingGraph Coupling);

/// <summary>A unit.</summary>
/// <param name="Noise">What gives its noise a distribution; null in a block's first unit, which has none.</param>
/// <param name="Modules">Its modules.</param>
internal sealed record UnitWeights(ReadingGraph? Noise, ImmutableArray<ModuleWeights> Modules);

/// <summary>A flow with its weights: what all encoders and decoders of a model share.</summary>
internal sealed class DenseFlowWeights
{
    private const int MaxReadShift = 20;
    private const int MaxValue = FixedPoint.Limit - 1;

    /// <exception cref="WeightsException">The weights are not those of a flow, or do not fit its graphs.</exception>
    public DenseFlowWeights(TensorFile file)
    {
        var metadata = ModelMetadata.Read(file, "a flow");
        Configuration = DenseFlowConfiguration.FromJson(metadata.Configuration);
        Identity = metadata.Identity;
        Blocks = [.. Configuration.Blocks.Select((block, b) => block.Modules.Select((_, u) => ReadUnit(file, b, u)).ToImmutableArray())];
        Dequantiser = Configuration.Dequantiser is null ? null : BoundGraph.Bind(DenseFlowGraphs.Dequantiser(Configuration), file);
        int channels = Configuration.Leaving(Configuration.Blocks.Length - 1);
        Base = new(
            [.. CheckedTensor.Read(file, "base.mean", TensorType.I32, channels, -MaxValue, MaxValue)],
            [.. CheckedTensor.Read(file, "base.level", TensorType.I16, channels, 0, FixedGaussian.LevelCount - 1).Select(level => (byte)level)]);
    }

    public DenseFlowConfiguration Configuration { get; }

    public ModelIdentity Identity { get; }

    /// <summary>By block, its units.</summary>
    public ImmutableArray<ImmutableArray<UnitWeights>> Blocks { get; }

    /// <summary>What gives the bits below samples their distribution, if they have one.</summary>
    public BoundGraph? Dequantiser { get; }

    /// <summary>What is known of the values that remain in the end.</summary>
    public GaussianPrior Base { get; }

    private UnitWeights ReadUnit(TensorFile file, int block, int unit)
    {
        ReadingGraph? noise = unit == 0
            ? null
            : ReadGraph(file, DenseFlowGraphs.Noise(Configuration, block, unit), DenseFlowGraphs.NoiseName(block, unit), Configuration.Recorded(block, unit));
        return new(noise, [.. Enumerable.Range(0, Configuration.Blocks[block].Modules[unit]).Select(module => ReadModule(file, block, unit, module))]);
    }

    private ModuleWeights ReadModule(TensorFile file, int block, int unit, int module)
    {
        int channels = Configuration.Channels(block, unit);
        string name = DenseFlowGraphs.ModuleName(block, unit, module);
        return new(
            ReadMatrix(file, $"{name}.matrix", channels),
            ReadGraph(file, DenseFlowGraphs.Coupling(Configuration, block, unit, module), $"{name}.coupling", channels / 2));
    }

    private static ReadingGraph ReadGraph(TensorFile file, Graph graph, string name, int channels) =>
        new(BoundGraph.Bind(graph, file), [.. CheckedTensor.Read(file, $"{name}.read", TensorType.U8, channels, 0, MaxReadShift)]);

    private static InvertibleMatrix ReadMatrix(TensorFile file, string name, int channels)
    {
        int triangle = channels * (channels - 1) / 2;
        int[] upper = Read("upper", triangle, int.MinValue, int.MaxValue), factors = Read("factor", channels, 1, (int)ModularScale.MaxFactor);
        int[] lower = Read("lower", triangle, int.MinValue, int.MaxValue), order = Read("order", channels, 0, channels - 1);
        int[] bias = Read("bias", channels, -MaxValue, MaxValue);
        try
        {
            return new(
                new(channels, isUpper: true, [.. upper]),
                [.. factors.Select(factor => (uint)factor)],
                new(channels, isUpper: false, [.. lower]),
                [.. order],
                [.. bias]);
        }
        catch (ArgumentException e)
        {
            throw new WeightsException($"The tensors '{name}.*' are no matrix: {e.Message}", e);
        }

        int[] Read(string part, int length, int low, int high) => CheckedTensor.Read(file, $"{name}.{part}", TensorType.I32, length, low, high);
    }
}
