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

    [Theory]
    [InlineData("classic", 8192, 24576)]
    [InlineData("causal/photo", 2048, 6144)]
    public async Task What_is_alive_does_not_grow_with_the_height_of_an_image(string model, int low, int high)
    {
        // More bands than are held at once, and stripes of all kinds, are in the lower one too.
        const int Width = 512;
        LiveMemory[] before = await Work.CodeWatchedAsync(model, Width, low, FileOf(low));
        LiveMemory[] after = await Work.CodeWatchedAsync(model, Width, high, FileOf(high));

        long more = Width * (long)(high - low) * sizeof(ushort);
        Assert.All(before.Zip(after), pair => Assert.InRange(pair.Second.Peak - pair.First.Peak, long.MinValue, more / 8));
    }

    [Fact]
    public async Task The_program_streams_an_image_and_reads_a_region_of_it()
    {
        const int Width = 1024, Height = 9216, Left = 300, Top = 8000;
        using Process encoding = Start("encode", "--model", "classic", "--tile", "64", "-", FileOf(Height));
        await using (IRasterSink sink = new NetpbmFormat().Create(encoding.StandardInput.BaseStream, ".pgm"))
            await new PictureSource(Width, Height, 1).CopyToAsync(sink);
        encoding.StandardInput.Close();
        await EndAsync(encoding);

        using Process decoding = Start("decode", FileOf(Height), "-", "--format", "pgm");
        decoding.StandardInput.Close();
        await CheckAsync(decoding, 0, 0, Height);

        using Process region = Start("decode", "--region", $"{Left},{Top},512,512", FileOf(Height), "-", "--format", "pgm");
        region.StandardInput.Close();
        await CheckAsync(region, Left, Top, 512);
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
}
