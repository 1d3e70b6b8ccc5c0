using System.Diagnostics;
using System.Globalization;
using Tessera.Netpbm;

namespace Tessera.Scale.Tests;

/// <summary>What <c>tests/scale/run</c> measures at full size, in seconds. These tests watch a process's memory, and so run alone.</summary>
[CollectionDefinition(nameof(ScaleTests), DisableParallelization = true)]
[Collection(nameof(ScaleTests))]
public sealed class ScaleTests : IDisposable
{
    private const long Megabyte = 1 << 20;
    private readonly string _folder = Directory.CreateTempSubdirectory("tessera-scale-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Memory_stays_flat_over_many_small_images()
    {
        await Work.CodeSmallAsync(0, 500);
        Footprint before = Footprint.Now();
        await Work.CodeSmallAsync(500, 2000);
        Footprint after = Footprint.Now();

        // Half a kilobyte kept of each image would be 1 MB.
        Assert.InRange(after.Heap - before.Heap, long.MinValue, Megabyte / 2);
        Assert.InRange(after.Threads - before.Threads, int.MinValue, 16);
    }

    [Fact]
    public async Task Sixty_four_images_at_once_give_the_results_of_serial_runs() => Assert.Equal(64, await Work.CodeAtOnceAsync(64));

    [Fact]
    public async Task The_program_streams_an_image_of_any_height_in_the_same_memory_and_reads_a_region_of_it()
    {
        if (!OperatingSystem.IsLinux())
            return;
        const int Width = 1024, Low = 8192, High = 40960;
        (long encodeLow, long decodeLow) = await StreamAsync(Width, Low);
        (long encodeHigh, long decodeHigh) = await StreamAsync(Width, High);

        // The samples that the higher image has more are 64 MB in 16 bits. The lower one has bands of all kinds, and more than are held at once.
        long growth = 32 * Megabyte;
        Assert.InRange(encodeHigh - encodeLow, long.MinValue, growth);
        Assert.InRange(decodeHigh - decodeLow, long.MinValue, growth);

        using Process region = Start("decode", "--region", "300,8000,512,512", FileOf(High), "-", "--format", "pgm");
        region.StandardInput.Close();
        await CheckAsync(region, 300, 8000, 512);
    }

    /// <summary>Encodes and decodes the picture through pipes.</summary>
    /// <returns>The peaks of memory of both processes.</returns>
    private async Task<(long Encoding, long Decoding)> StreamAsync(int width, int height)
    {
        using Process encoding = Start("encode", "--model", "classic", "--tile", "64", "-", FileOf(height));
        Task<long> encodingPeak = WatchPeakAsync(encoding);
        await using (IRasterSink sink = new NetpbmFormat().Create(encoding.StandardInput.BaseStream, ".pgm"))
            await new PictureSource(width, height, 1).CopyToAsync(sink);
        encoding.StandardInput.Close();
        await EndAsync(encoding);

        using Process decoding = Start("decode", FileOf(height), "-", "--format", "pgm");
        Task<long> decodingPeak = WatchPeakAsync(decoding);
        decoding.StandardInput.Close();
        await CheckAsync(decoding, 0, 0, height);
        return (await encodingPeak, await decodingPeak);
    }

    private string FileOf(int height) => Path.Combine(_folder, height.ToString(CultureInfo.InvariantCulture) + ".tsra");

    private static async Task CheckAsync(Process process, int left, int top, int rows)
    {
        await using (IRasterSource source = await new NetpbmFormat().OpenAsync(process.StandardOutput.BaseStream, RasterLimits.Default))
        await using (var check = new PictureCheck(left, top))
        {
            await source.CopyToAsync(check);
            Assert.Equal(rows, check.Rows);
        }

        await EndAsync(process);
    }

    private static async Task EndAsync(Process process)
    {
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("", error);
        Assert.Equal(0, process.ExitCode);
    }

    private static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Tessera.Cli.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>The most memory that a process ever had, read until it ends.</summary>
    private static async Task<long> WatchPeakAsync(Process process)
    {
        long peak = 0;
        while (!process.HasExited)
        {
            // It grows only, so that the last value counts; at the very end there is none, and then no such file.
            try
            {
                string? line = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
                if (line is not null)
                    peak = long.Parse(line.AsSpan(6).Trim().TrimEnd("kB "), CultureInfo.InvariantCulture) << 10;
            }
            catch (IOException) when (process.HasExited)
            {
                break;
            }

            await Task.Delay(10);
        }

        Assert.True(peak > 0);
        return peak;
    }
}
