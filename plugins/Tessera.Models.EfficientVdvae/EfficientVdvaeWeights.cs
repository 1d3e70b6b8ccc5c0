using System.Collections.Immutable;
using Tessera.Exact;

namespace Tessera.Models.EfficientVdvae;

/// <summary>A step's graphs.</summary>
/// <param name="Grid">The step's grid.</param>
/// <param name="Number">Which of the grid's steps it is.</param>
/// <param name="Enter">Its beginning.</param>
/// <param name="Posterior">The posterior of its latent, if that has channels that hold anything.</param>
/// <param name="Leave">Its end.</param>
/// <param name="Kept">The channels of its latent that hold anything.</param>
internal sealed record StepWeights(int Grid, int Number, BoundGraph Enter, BoundGraph? Posterior, BoundGraph Leave, ImmutableArray<int> Kept);

/// <summary>A hierarchy with its weights: what all encoders and decoders of a model share.</summary>
internal sealed class EfficientVdvaeWeights
{
    private const int ExponentialCount = 1024;

    /// <exception cref="WeightsException">The weights are not those of a hierarchy, or do not fit its graphs.</exception>
    public EfficientVdvaeWeights(TensorFile file)
    {
        var metadata = ModelMetadata.Read(file, "a hierarchy of latents");
        Configuration = EfficientVdvaeConfiguration.FromJson(metadata.Configuration);
        Identity = metadata.Identity;
        IEnumerable<int> grids = Enumerable.Range(0, Configuration.Grids.Length), steps = Enumerable.Range(0, EfficientVdvaeConfiguration.Steps);
        Bottoms = [.. grids.Select(grid => BoundGraph.Bind(EfficientVdvaeGraphs.Bottom(Configuration, grid), file))];
        Steps = [.. grids.Reverse().SelectMany(grid => steps.Select(step => Bind(grid, step, file)))];
        Exponentials = ReadExponentials(file);
        Top = new(EfficientVdvaeConfiguration.Colors, file);
    }

    public EfficientVdvaeConfiguration Configuration { get; }

    public ModelIdentity Identity { get; }

    /// <summary>By grid, the bottom-up path.</summary>
    public ImmutableArray<BoundGraph> Bottoms { get; }

    /// <summary>From the top down.</summary>
    public ImmutableArray<StepWeights> Steps { get; }

    /// <summary>What a mixture's component weighs, by how much its logit is below the largest.</summary>
    public ImmutableArray<short> Exponentials { get; }

    public TopPrior Top { get; }

    private StepWeights Bind(int grid, int step, TensorFile file)
    {
        int latent = Configuration.Grids[grid].Latent[step];
        int[] flags = latent > 0 ? CheckedTensor.Read(file, $"grid.{grid}.step.{step}.kept", TensorType.U8, latent, 0, 1) : [];
        BoundGraph? posterior = latent > 0 ? BoundGraph.Bind(EfficientVdvaeGraphs.Posterior(Configuration, grid, step), file) : null;
        return new(
            grid,
            step,
            BoundGraph.Bind(EfficientVdvaeGraphs.Enter(Configuration, grid, step), file),
            flags.Contains(1) ? posterior : null,
            BoundGraph.Bind(EfficientVdvaeGraphs.Leave(Configuration, grid, step), file),
            [.. Enumerable.Range(0, latent).Where(channel => flags[channel] == 1)]);
    }

    private static ImmutableArray<short> ReadExponentials(TensorFile file)
    {
        const string Name = "table.exponentials";
        int[] table = CheckedTensor.Read(file, Name, TensorType.I16, ExponentialCount, 1, short.MaxValue);
        if (table[0] != short.MaxValue)
            throw new WeightsException($"The table '{Name}' begins with {table[0]}; it must begin with {short.MaxValue}.");
        for (int i = 1; i < table.Length; i++)
        {
            if (table[i] > table[i - 1])
                throw new WeightsException($"The table '{Name}' rises at entry {i}.");
        }

        return [.. table.Select(entry => (short)entry)];
    }
}
