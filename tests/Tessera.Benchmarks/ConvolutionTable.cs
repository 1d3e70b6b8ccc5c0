using System.Diagnostics;
using System.Globalization;
using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Exact.Tests.Support;

namespace Tessera.Benchmarks;

/// <summary>
/// Prints how many multiplications and additions a second the managed engine does, one thread, for convolutions on one tile: whole runs,
/// padding, requantisation and what goes in and out included. <c>torch_convolutions.py</c> prints the same of libtorch.
/// </summary>
internal static class ConvolutionTable
{
    private const int Side = 64;

    // As many convolutions one after the other as a small network has, so that copying in and out weighs as it does there.
    private const int Layers = 4;
    // Many short measurements, of which the best counts: what else a machine does only makes them slower.
    private const int Repetitions = 60;
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(500);

    public static void Print(TextWriter output)
    {
        output.WriteLine("kernel\tchannels\tGMAC/s");
        foreach (int kernel in new[] { 1, 3 })
        {
            foreach (int channels in new[] { 32, 48, 64, 96, 128 })
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kernel}x{kernel}\t{channels}\t{Measure(kernel, channels):F1}"));
        }
    }

    /// <summary>The best of several measurements, in billions a second.</summary>
    /// <param name="kernel">Rows and columns of the kernels.</param>
    /// <param name="channels">Channels in and out.</param>
    public static double Measure(int kernel, int channels)
    {
        using IGraphExecutor executor = new ManagedEngine().Prepare(Stack(kernel, channels));
        var input = new ExactTensor(1, Side, Side, channels);
        var output = new ExactTensor(1, Side, Side, channels);
        var random = new Random(1);
        foreach (ref short element in input.Values)
            element = (short)random.Next(-2047, 2048);
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < WarmUp;)
            executor.Run([input], [output]);
        double work = (double)kernel * kernel * channels * channels * Layers * Side * Side;
        double best = 0;
        for (int i = 0; i < Repetitions; i++)
        {
            int runs = 0;
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < Least)
            {
                executor.Run([input], [output]);
                runs++;
            }

            best = Math.Max(best, work * runs / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9);
        }

        return best;
    }

    private static BoundGraph Stack(int kernel, int channels)
    {
        var builder = new GraphBuilder();
        GraphValue value = builder.Input("input", channels, ValueRange.Activation);
        var weights = new TensorFileWriter();
        var random = new Random(2);
        for (int layer = 0; layer < Layers; layer++)
        {
            value = builder.Convolution(value, $"layer{layer}", channels, kernel, ValueRange.Activation, Padding.Replicate);
            weights.Add($"layer{layer}.weight", TensorType.I8, [channels, kernel, kernel, channels], Draw(channels * kernel * kernel * channels, -127, 127));
            weights.Add($"layer{layer}.bias", TensorType.I32, [channels], Draw(channels, -1000, 1000));
            weights.Add($"layer{layer}.shift", TensorType.U8, [channels], Enumerable.Repeat(9, channels));
            weights.Add($"layer{layer}.multiplier", TensorType.I16, [channels], Draw(channels, 2048, 4095));
        }

        builder.Output("output", value);

        IEnumerable<int> Draw(int count, int low, int high) => Enumerable.Range(0, count).Select(_ => random.Next(low, high + 1));
        return BoundGraph.Bind(builder.Build(), TensorFile.Read(weights.ToArray()));
    }
}
