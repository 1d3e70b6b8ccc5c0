using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Tessera.Cli.Benchmarks.Codecs;
using Tessera.Cli.Files;
using Tessera.Exact;
using Tessera.Netpbm;
using Tessera.Png;
using Tessera.Tests.Support;

namespace Tessera.Cli.Tests.Support;

/// <summary>What a run of the program left.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote as text.</param>
/// <param name="Bytes">What it wrote as bytes.</param>
/// <param name="Error">Its messages.</param>
internal sealed record CliResult(int ExitCode, string Output, byte[] Bytes, string Error);

/// <summary>A folder of its own, and the program run in this process with a simple model.</summary>
public abstract class CliTest : IDisposable
{
    protected CliTest() => Directory.CreateDirectory(Folder);

    protected string Folder { get; } = Path.Combine(Path.GetTempPath(), "tessera-cli-" + Path.GetRandomFileName());

    /// <summary>The model that the program has.</summary>
    private protected RawModel Model { get; set; } = new();

    /// <summary>What is preferred to it; by default nothing is.</summary>
    private protected TileModel? Preferred { get; set; }

    /// <summary>The engines that the program has.</summary>
    private protected EngineSelector Engines { get; set; } = new();

    /// <summary>The codecs that the program can measure Tessera against.</summary>
    private protected ImmutableArray<Codec> Rivals { get; set; } = RivalCatalog.All;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string At(string name) => Path.Combine(Folder, name);

    /// <summary>All files in the folder, by their names from there, in order.</summary>
    protected string[] Files() =>
        [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    private protected Task<CliResult> RunAsync(params string[] arguments) => RunAsync(arguments, []);

    private protected async Task<CliResult> RunAsync(string[] arguments, byte[] input, bool isTerminal = false, CancellationToken cancellationToken = default)
    {
        using var bytes = new MemoryStream();
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(() => new MemoryStream(input), () => bytes, output, error, isTerminal, isErrorTerminal: false);
        int exitCode = await CreateTool(terminal).RunAsync(arguments, cancellationToken);
        return new(exitCode, output.ToString(), bytes.ToArray(), error.ToString());
    }

    private protected TesseraTool CreateTool(Terminal terminal) => new(new(
        terminal,
        new FormatCatalog([new PngFormat(), new NetpbmFormat()]),
        plugins => plugins.Add(new RawPlugin(Preferred is null ? [Model] : [Preferred, Model])),
        Engines) { Rivals = Rivals });

    /// <summary>The definitions of the program's commands.</summary>
    private protected RootCommand Root() => CreateTool(new(() => Stream.Null, () => Stream.Null, TextWriter.Null, TextWriter.Null, false, false)).Root;

    /// <summary>Writes a PNG file of noise.</summary>
    private protected string WritePng(string name, int width = 40, int height = 30, int seed = 1)
    {
        string path = At(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, PngOf(width, height, seed));
        return path;
    }

    private protected static byte[] PngOf(int width, int height, int seed)
    {
        using var raster = Raster.Create(new(width, height, new(3, 8)));
        var random = new Random(seed);
        for (int channel = 0; channel < 3; channel++)
        {
            foreach (ref ushort sample in raster.Frames[0].Samples.Plane(channel))
                sample = (ushort)random.Next(256);
        }

        using var file = new MemoryStream();
        raster.AsSource().CopyToAsync(new PngFormat().Create(file)).GetAwaiter().GetResult();
        return file.ToArray();
    }

    private protected static async Task<Raster> ReadPngAsync(byte[] png)
    {
        await using IRasterSource source = await new PngFormat().OpenAsync(new MemoryStream(png), RasterLimits.Default);
        return await Raster.ReadAsync(source);
    }

    private protected static async Task AssertSamePixelsAsync(byte[] expected, byte[] actual)
    {
        using Raster a = await ReadPngAsync(expected), b = await ReadPngAsync(actual);
        Assert.True(a.HasSamePixels(b));
    }

    private protected static void AssertOneLine(string text, string expected)
    {
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.Equal(text.Length - Environment.NewLine.Length, text.IndexOf(Environment.NewLine, StringComparison.Ordinal));
        Assert.StartsWith("tessera: ", text, StringComparison.Ordinal);
    }

    private protected static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private sealed class RawPlugin(TileModel[] models) : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => models;
    }
}
