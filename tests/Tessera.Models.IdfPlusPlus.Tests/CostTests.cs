using System.Buffers;
using Tessera.Entropy;
using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Models.IdfPlusPlus.Tests.Support;
using Xunit.Abstractions;

namespace Tessera.Models.IdfPlusPlus.Tests;

/// <summary>A file is as long as the model says that it must be: tables, coder and container add less than half a percent.</summary>
public class CostTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_file_is_at_most_half_a_percent_longer_than_the_model_s_likelihood_and_than_its_tables()
    {
        using Raster image = await Photograph.CreateAsync(1024, 1024);
        byte[] file = await Published.EncodeAsync(image);
        (double likelihood, double tables) = Bits(image);
        double bits = 8.0 * file.Length, subpixels = 3.0 * image.Info.PixelCount;
        output.WriteLine($"file {bits / subpixels:F4}, likelihood {likelihood / subpixels:F4} ({Over(likelihood)}), tables {tables / subpixels:F4} ({Over(tables)}) bits per subpixel");
        Assert.InRange(bits, 0, 1.005 * likelihood);
        Assert.InRange(bits, tables, 1.005 * tables);

        string Over(double ideal) => $"the file has {100 * ((bits / ideal) - 1):+0.000;-0.000} % more";
    }

    /// <summary>The bits of all tiles by exact logistic distributions, and by the integer tables; what is recalled by the slots that it has, in both.</summary>
    private static (double Likelihood, double Tables) Bits(Raster image)
    {
        IdfConfiguration configuration = Published.Model.Configuration;
        var graph = BoundGraph.Bind(IdfGraphs.Encoding(configuration), Published.Weights);
        using IGraphExecutor executor = new ManagedEngine().Prepare(graph);
        int side = Published.Model.PlanTiling(image.Info, 5).TileSize;
        TileRun run = Published.Run(image.Frames[0].Samples, side);
        double likelihood = 0, tables = 0;
        var pixels = new ExactTensor(1, side, side, 3);
        ExactTensor[] outputs = [.. graph.Graph.Outputs.Select(o => new ExactTensor(1, side >> o.Value.Halvings, side >> o.Value.Halvings, o.Value.Channels))];
        var latents = new LatentStore();
        var offsets = new ScaleOffsets(configuration.Parts);
        using var chroma = new ChromaCoder();
        var intervals = new ArrayBufferWriter<SymbolInterval>();
        int first = 0;
        foreach (int count in Published.Model.PlanSegments(run, run.Tiles.Length, 5))
        {
            latents.Clear();
            foreach (PixelRectangle tile in run.Tiles.Slice(first, count))
            {
                TilePixels.Read(run, tile, configuration.Color != "none", pixels);
                executor.Run([pixels], outputs);
                for (int part = configuration.Parts - configuration.PartsPerLevel, left = configuration.Parts; left > 0; left--, part = Next(part))
                {
                    int at = part * (1 + configuration.DistributionTensors);
                    latents.Add(part, outputs[at], outputs.AsSpan(at + 1, configuration.DistributionTensors));
                }

                (double top, double stack) = TopBits(outputs[^1]);
                likelihood += top;
                tables += stack;
            }

            // With the offsets that the segment has; what these take is no part of the likelihood.
            for (int part = 0; part < configuration.Parts; part++)
                offsets.Choose(part, latents);
            chroma.Reset();
            double recalled = 0;
            for (int i = 0; i < latents.Runs.Length; i++)
            {
                LatentRun part = latents.Runs[i];
                offsets.Apply(part.Part, latents.Levels(part));
                Span<int> values = latents.Values(part);
                ReadOnlySpan<int> locations = latents.Locations(part);
                ReadOnlySpan<byte> levels = latents.Levels(part);
                if (configuration.IsRecalled(part.Part))
                {
                    ReadOnlySpan<int> luma = latents.Values(latents.Runs[i - (part.Part % 3)]), orange = part.Part % 3 == 2 ? latents.Values(latents.Runs[i - 1]) : [];
                    intervals.ResetWrittenCount();
                    chroma.Code(new IntervalRecorder(intervals), luma, orange, values, locations, levels);
                    foreach (SymbolInterval interval in intervals.WrittenSpan)
                        recalled += Mixture.Precision - Math.Log2(interval.Frequency);
                    continue;
                }

                for (int k = 0; k < values.Length; k++)
                {
                    likelihood += LogisticCost.Likelihood(values[k], locations[k], levels[k]);
                    tables += LogisticCost.Tables(values[k], locations[k], levels[k]);
                }
            }

            likelihood += recalled;
            tables += recalled;
            first += count;
        }

        return (likelihood, tables);

        // In coding order: the last level first, its parts in order.
        int Next(int part) => (part + 1) % configuration.PartsPerLevel != 0 ? part + 1 : part + 1 - (2 * configuration.PartsPerLevel);
    }

    private static (double Likelihood, double Tables) TopBits(ExactTensor top)
    {
        int[] locations = Published.Weights.Tensors["top.location"].ToInt32(), levels = Published.Weights.Tensors["top.level"].ToInt32();
        int[] weights = Published.Weights.Tensors["top.weight"].ToInt32();
        int components = Published.Model.Configuration.Components;
        double likelihood = 0;
        for (int i = 0; i < top.Values.Length; i++)
        {
            double mass = 0;
            for (int k = i % top.Channels * components; k < ((i % top.Channels) + 1) * components; k++)
                mass += weights[k] / 4096.0 * LogisticCost.Mass(top.Values[i], locations[k], levels[k]);
            likelihood -= Math.Log2(mass);
        }

        // The tables' part is what the stack holds more by it.
        using var stack = new AnsStack();
        stack.PushBits(1, 32);
        double before = stack.BitCount;
        new TopPrior(Published.Model.Configuration, Published.Weights).Push(stack, top);
        return (likelihood, stack.BitCount - before);
    }
}
