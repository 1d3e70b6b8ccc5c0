using System.Diagnostics;
using System.Globalization;
using Tessera.Netpbm;
using Tessera.Png;

namespace Tessera.Benchmarks;

/// <summary>
/// Prints how many megapixels a second a model encodes and decodes on one thread, in memory, when all code is compiled: by the processor time of the best of
/// several runs, since other programs may be running.
/// </summary>
internal static class SpeedTable
{
    // So often, and so long, that all code is compiled for good.
    private const int Runs = 6;
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(6);

    /// <param name="output">Where it is printed.</param>
    /// <param name="modelId">The model.</param>
    /// <param name="effort">1 to 9.</param>
    /// <param name="paths">PNG or Netpbm images.</param>
    /// <exception cref="ArgumentException">There is no such model or effort.</exception>
    public static async Task PrintAsync(TextWriter output, string modelId, int effort, IEnumerable<string> paths)
    {
        ModelRegistry registry = new ModelRegistryBuilder().AddApplicationAssemblies().Build();
        var encoder = new TesseraEncoder(new() { Registry = registry, ModelIds = [modelId], Effort = effort, MaxDegreeOfParallelism = 1 });
        var decoder = new TesseraDecoder(new() { Registry = registry, MaxDegreeOfParallelism = 1 });
        output.WriteLine("image\tbits per subpixel\tencode MP/s\tdecode MP/s");
        foreach (string path in paths)
        {
            using Raster image = await ReadAsync(path);
            byte[] file = [];
            double encoding = await BestAsync(async () => file = await encoder.EncodeToArrayAsync(image));
            double decoding = await BestAsync(async () =>
            {
                using Raster same = await decoder.DecodeToRasterAsync(new MemoryStream(file));
            });
            using (Raster same = await decoder.DecodeToRasterAsync(new MemoryStream(file)))
            {
                if (!image.HasSamePixels(same))
                    throw new InvalidOperationException($"{modelId} did not give {path} back.");
            }

            double pixels = image.Info.PixelCount;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Path.GetFileName(path)}\t{file.Length * 8 / (pixels * image.Info.Format.Channels):F3}\t{pixels / encoding / 1e6:F1}\t{pixels / decoding / 1e6:F1}"));
        }
    }

    private static async Task<double> BestAsync(Func<Task> work)
    {
        double best = double.MaxValue;
        long start = Stopwatch.GetTimestamp();
        for (int run = 0; run < Runs || Stopwatch.GetElapsedTime(start) < Least; run++)
        {
            TimeSpan before = ProcessorTime();
            await work();
            best = Math.Min(best, (ProcessorTime() - before).TotalSeconds);
        }

        return best;
    }

    private static TimeSpan ProcessorTime()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }

    private static async Task<Raster> ReadAsync(string path)
    {
        await using FileStream input = File.OpenRead(path);
        bool isPng = string.Equals(Path.GetExtension(path), ".png", StringComparison.OrdinalIgnoreCase);
        await using IRasterSource source = isPng
            ? await new PngFormat().OpenAsync(input, RasterLimits.Default)
            : await new NetpbmFormat().OpenAsync(input, RasterLimits.Default);
        return await Raster.ReadAsync(source);
    }
}
