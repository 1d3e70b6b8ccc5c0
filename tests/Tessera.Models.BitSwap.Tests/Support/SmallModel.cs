using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Exact.Tests.Support;
using Tessera.Models.Classic;

namespace Tessera.Models.BitSwap.Tests.Support;

/// <summary>Small chains: those that <c>training/</c> made, whose weights are as if trained, and such as are drawn.</summary>
internal static class SmallModel
{
    public const string Id = "bitswap/tiny";

    /// <summary>Three latents, two of them with half the sides of what is below.</summary>
    public static TensorFile Tiny { get; } = Fixture("tiny");

    /// <summary>The names of those that <c>training/</c> made.</summary>
    public static IEnumerable<string> Names =>
        Directory.GetFiles(Folder, "*.fixture.safetensors").Select(path => Path.GetFileName(path).Split('.')[0]).Order();

    private static string Folder => Repository.PathOf("tests", "fixtures", "bitswap");

    /// <summary>The weights of such a chain. Their version is one that a file can name.</summary>
    public static TensorFile Fixture(string name) => ChangedTensors.Of(Read($"{name}.safetensors"), metadata: (key, value) => key == "version" ? "1" : value);

    /// <summary>What the simulation computed with it.</summary>
    public static TensorFile Values(string name) => Read($"{name}.fixture.safetensors");

    /// <summary>Weights of any kind for a chain of any kind.</summary>
    public static TensorFile Random(Random random)
    {
        bool isColor = random.Next(2) == 0;
        int channels = isColor ? 3 : random.Next(1, 5);
        List<string> levels = [];
        int shown = 1;
        for (int count = random.Next(1, 5); count > 0; count--)
        {
            bool squeeze = shown == 1;
            shown = squeeze ? random.Next(1, 3) : 1;
            levels.Add($$"""{"latent":{{(channels * shown) + random.Next(3)}},"squeeze":{{(squeeze ? "true" : "false")}},"base":{{shown}},"posterior":{{Net()}},"prior":{{Net()}}}""");
        }

        return Weights(
            $$"""{"form":"exact","channels":{{channels}},"color":"{{(isColor ? "ycocg-r" : "none")}}","levels":[{{string.Join(',', levels)}}]}""",
            (writer, graph) => RandomWeights.Add(writer, graph, random),
            _ => (random.Next(-9000, 9000), random.Next(136)));

        string Net() => $$"""{"width":{{random.Next(1, 9)}},"entry":{{(2 * random.Next(2)) + 1}},"blocks":[[3,{{random.Next(3)}}],[1,{{random.Next(2)}}]]}""";
    }

    /// <summary>
    /// A chain whose nets say nothing: every element is expected where the first guess is, or at 0, with a scale of one. Every level shows two
    /// pixels of a square or one, in turns.
    /// </summary>
    public static TensorFile Plain(int levels)
    {
        const int Level = 32;
        const string Empty = """{"width":1,"entry":1,"blocks":[]}""";
        string At(int i) => i % 2 == 0 ? Latent(6, "true", 2) : Latent(3, "false", 1);
        string Latent(int channels, string squeeze, int shown) => $$"""{"latent":{{channels}},"squeeze":{{squeeze}},"base":{{shown}},"posterior":{{Empty}},"prior":{{Empty}}}""";
        return Weights(
            $$"""{"form":"exact","color":"ycocg-r","levels":[{{string.Join(',', Enumerable.Range(0, levels).Select(At))}}]}""",
            (writer, graph) =>
            {
                foreach (ParameterSpecification parameter in graph.Parameters)
                {
                    int[] elements = new int[parameter.Shape.Aggregate(1, (product, extent) => product * extent)];
                    if (parameter.Name.EndsWith(".multiplier", StringComparison.Ordinal))
                        elements.AsSpan().Fill(1 << 14);
                    if (parameter.Name.EndsWith(".output.bias", StringComparison.Ordinal))
                        elements.AsSpan(elements.Length / 2).Fill(2 * Level);
                    writer.Add(parameter.Name, parameter.Type, [.. parameter.Shape], elements);
                }
            },
            _ => (0, 48));
    }

    /// <summary>Model and starter.</summary>
    public static ModelRegistry Registry(TensorFile? weights = null, BitsBackScheme scheme = BitsBackScheme.BitSwap, int engineThreads = 1) => new ModelRegistryBuilder()
        .Add(new Plugin(new BitSwapModel(weights ?? Tiny, new ManagedEngine(engineThreads), scheme)))
        .Add(new ClassicPlugin())
        .Build();

    public static Task<byte[]> EncodeAsync(Raster image, ModelRegistry registry, int? tileSize = null) =>
        new TesseraEncoder(new() { Registry = registry, MaxDegreeOfParallelism = 1, TileSize = tileSize }).EncodeToArrayAsync(image);

    public static Task<Raster> DecodeAsync(byte[] file, ModelRegistry registry) =>
        new TesseraDecoder(new() { Registry = registry, MaxDegreeOfParallelism = 1 }).DecodeToRasterAsync(new MemoryStream(file));

    private static TensorFile Weights(string json, Action<TensorFileWriter, Graph> add, Func<int, (int Location, int Level)> top)
    {
        var configuration = BitSwapConfiguration.FromJson(json);
        var writer = new TensorFileWriter();
        writer.Metadata("model", "bitswap/test").Metadata("version", "7").Metadata("configuration", json);
        for (int level = 0; level < configuration.Levels.Length; level++)
        {
            add(writer, BitSwapGraphs.Posterior(configuration, level));
            add(writer, BitSwapGraphs.Prior(configuration, level));
        }

        (int Location, int Level)[] tops = [.. Enumerable.Range(0, configuration.Levels[^1].Latent).Select(top)];
        writer.Add("top.location", TensorType.I16, [tops.Length], tops.Select(t => t.Location));
        writer.Add("top.level", TensorType.I16, [tops.Length], tops.Select(t => t.Level));
        return TensorFile.Read(writer.ToArray());
    }

    private static TensorFile Read(string name) => TensorFile.Read(File.ReadAllBytes(Path.Combine(Folder, name)));

    private sealed class Plugin(TileModel model) : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => [model];
    }
}
