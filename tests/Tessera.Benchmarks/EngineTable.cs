using System.Diagnostics;
using System.Globalization;
using Tessera.Exact;
using Tessera.Png;
#if TORCHSHARP
using Tessera.TorchSharp;
#endif

namespace Tessera.Benchmarks;

/// <summary>
/// Prints how many megapixels a second every model encodes and decodes on an engine, what part of the threads' time its networks took, what part of the
/// devices' time went into transfers, and how far the networks are from what the device does at the most.
/// </summary>
internal static class EngineTable
{
    private const int MatrixSide = 4096;
    private const int MaxThreads = 1024;
    private static readonly TimeSpan MatrixTime = TimeSpan.FromSeconds(2);

    /// <param name="output">Where it is printed.</param>
    /// <param name="engineName">The engine, such as "cuda:0".</param>
    /// <param name="path">A PNG image.</param>
    /// <param name="threads">How many segments are coded at the same time; 0 for as many as there are processors.</param>
    /// <exception cref="ArgumentException">There is no such engine, or too many threads.</exception>
    public static async Task PrintAsync(TextWriter output, string engineName, string path, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)threads, (uint)MaxThreads, nameof(threads));
        using SelectedEngine engine = CreateSelector().Select(EngineChoice.Parse(engineName));
        EngineSelection selection = engine.Selection;
        output.WriteLine($"{engine.Name}: {selection.Reason}");
        if (selection.Availability != EngineAvailability.Available)
            return;
        double limit = MatrixRate(selection.Engine);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"at the most {limit / 1e9:F0} billion multiplications and additions a second"));

        await using FileStream input = File.OpenRead(path);
        await using IRasterSource source = await new PngFormat().OpenAsync(input, RasterLimits.Default);
        using Raster image = await Raster.ReadAsync(source);
        int workers = threads == 0 ? Environment.ProcessorCount : threads;
        output.WriteLine($"{path}: {image.Info.Width} x {image.Info.Height}; {workers} threads");
        output.WriteLine("model\tway\tMP/s\tnetworks\ttransfers\tof the most");
        var measured = new MeasuringEngine(selection.Engine);
        ModelRegistry registry = new ModelRegistryBuilder(measured).AddApplicationAssemblies().Build();
        foreach (TileModel model in registry.EncodingModels.Where(model => model.Supports(image.Info.Format)))
        {
            // The first time is not counted: weights are read, and code is compiled.
            var encoder = new TesseraEncoder(new() { Registry = registry, ModelIds = [model.Identity.Id], MaxDegreeOfParallelism = threads });
            var decoder = new TesseraDecoder(new() { Registry = registry, MaxDegreeOfParallelism = threads });
            byte[] file = await encoder.EncodeToArrayAsync(image);
            await MeasureAsync("encode", () => encoder.EncodeToArrayAsync(image));
            (await decoder.DecodeToRasterAsync(new MemoryStream(file))).Dispose();
            await MeasureAsync("decode", async () =>
            {
                using Raster same = await decoder.DecodeToRasterAsync(new MemoryStream(file));
                if (!image.HasSamePixels(same))
                    throw new InvalidOperationException($"{model.Identity} did not give the image back.");
            });

            async Task MeasureAsync(string way, Func<Task> work)
            {
                measured.Reset();
                (TimeSpan device, TimeSpan transfers) = DeviceTimes(selection.Engine);
                long start = Stopwatch.GetTimestamp();
                await work();
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                (TimeSpan deviceEnd, TimeSpan transfersEnd) = DeviceTimes(selection.Engine);
                double busy = (deviceEnd - device).TotalSeconds;
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{model.Identity.Id}\t{way}\t{image.Info.PixelCount / seconds / 1e6:F2}\t{measured.Seconds / (seconds * workers):P0}"
                    + $"\t{(busy > 0 ? ((transfersEnd - transfers).TotalSeconds / busy).ToString("P0", CultureInfo.InvariantCulture) : "-")}"
                    + $"\t{measured.MultiplyAdds / seconds / limit:P1}"));
            }
        }
    }

#if TORCHSHARP
    private static EngineSelector CreateSelector() => new(new TorchEngineProvider(new() { AllowsTensorFloat32 = true, MeasuresTransfers = true }));

    private static double MatrixRate(IEngine engine) => engine is TorchEngine torch ? torch.MeasureMatrixRate(MatrixSide, MatrixTime) : ManagedRate();

    private static (TimeSpan Device, TimeSpan Transfers) DeviceTimes(IEngine engine) =>
        engine is TorchEngine torch ? (torch.Statistics.Time, torch.Statistics.TransferTime) : default;
#else
    private static EngineSelector CreateSelector() => new();

    private static double MatrixRate(IEngine engine) => ManagedRate();

    private static (TimeSpan Device, TimeSpan Transfers) DeviceTimes(IEngine engine) => default;
#endif

    // Processors multiply no large matrices here: the kernel's best layer is what there is to compare with.
    private static double ManagedRate() => ConvolutionTable.Measure(3, 128) * 1e9 * Environment.ProcessorCount;

    /// <summary>Measures the time that threads are in runs of graphs, and the work that these are.</summary>
    private sealed class MeasuringEngine(IEngine engine) : IEngine
    {
        private readonly Lock _gate = new();
        private TimeSpan _time;

        public string Name => engine.Name;

        public double Seconds => _time.TotalSeconds;

        public double MultiplyAdds { get; private set; }

        public IGraphExecutor Prepare(BoundGraph graph) => new Executor(this, graph.Graph, engine.Prepare(graph));

        public void Reset()
        {
            lock (_gate)
                (_time, MultiplyAdds) = (TimeSpan.Zero, 0);
        }

        private sealed class Executor(MeasuringEngine owner, Graph graph, IGraphExecutor executor) : IGraphExecutor
        {
            public void Run(ReadOnlySpan<ExactTensor> inputs, ReadOnlySpan<ExactTensor> outputs)
            {
                long start = Stopwatch.GetTimestamp();
                executor.Run(inputs, outputs);
                TimeSpan time = Stopwatch.GetElapsedTime(start);
                var size = RunSize.Of(graph, inputs, outputs);
                lock (owner._gate)
                {
                    owner._time += time;
                    owner.MultiplyAdds += graph.MultiplyAddsPerPixel * size.Tiles * size.Height * size.Width;
                }
            }

            public void Dispose() => executor.Dispose();
        }
    }
}
