using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Exact.Tests.Support;
using Tessera.Models.Classic;

namespace Tessera.Models.EfficientVdvae.Tests.Support;

/// <summary>Small hierarchies, whose weights are drawn, or such that their predictions are easily said.</summary>
internal static class SmallModel
{
    public const string Id = "evdvae/test";

    private const int Steps = EfficientVdvaeConfiguration.Steps;

    /// <summary>Three grids, and everything that there can be.</summary>
    public static TensorFile Tiny { get; } = Random(
        """
        {"color":"ycocg-r","mixtures":3,"grids":[
            {"width":9,"bottom":5,"latent":[3,0,2],"layers":[1,2,0],"bottom_layers":1},
            {"width":17,"bottom":8,"latent":[2,2,0],"layers":[0,1,1],"bottom_layers":2},
            {"width":6,"bottom":7,"latent":[4,1,3],"layers":[1,1,1],"bottom_layers":0}]}
        """,
        new(1));

    /// <summary>Weights of any kind for a hierarchy of any kind.</summary>
    public static TensorFile Random(Random random)
    {
        string[] grids = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ =>
            $$"""
            {"width":{{random.Next(1, 12)}},"bottom":{{random.Next(1, 9)}},"latent":{{Numbers(4)}},"layers":{{Numbers(3)}},"bottom_layers":{{random.Next(3)}}}
            """)];
        string color = random.Next(2) == 0 ? "ycocg-r" : "none";
        return Random($$"""{"color":"{{color}}","mixtures":{{random.Next(1, EfficientVdvaeConfiguration.MaxMixtures + 1)}},"grids":[{{string.Join(',', grids)}}]}""", random);

        string Numbers(int limit) => $"[{string.Join(',', Enumerable.Range(0, Steps).Select(_ => random.Next(limit)))}]";
    }

    /// <summary>Weights of any kind.</summary>
    public static TensorFile Random(string json, Random random) => Weights(
        json,
        (writer, graph) => RandomWeights.Add(writer, graph, random),
        _ => random.Next(3) > 0 ? 1 : 0,
        Falling(random),
        () => (random.Next(-9000, 9000), random.Next(136)));

    /// <summary>
    /// A hierarchy that expects each pixel where its neighbours' mean is, at the same scale everywhere. Each step has a latent of <paramref name="latent"/>
    /// channels, of which <paramref name="kept"/> are kept; its posterior is the prior with <paramref name="posteriorLevel"/> in place of its scale level, and
    /// nothing comes of it.
    /// </summary>
    public static TensorFile Plain(int grids = 3, int latent = 1, int kept = 1, int posteriorLevel = 48)
    {
        const int Level = 40;
        string grid = $$"""{"width":1,"bottom":1,"latent":[{{latent}},{{latent}},{{latent}}],"layers":[0,0,0],"bottom_layers":0}""";
        int next = 0;
        return Weights(
            $$"""{"color":"ycocg-r","mixtures":1,"grids":[{{string.Join(',', Enumerable.Repeat(grid, grids))}}]}""",
            (writer, graph) =>
            {
                foreach (ParameterSpecification parameter in graph.Parameters)
                {
                    int[] elements = new int[parameter.Shape.Aggregate(1, (product, extent) => product * extent)];
                    if (parameter.Name.EndsWith(".multiplier", StringComparison.Ordinal))
                        elements.AsSpan().Fill(1 << 14);
                    else if (parameter.Name.EndsWith(".posterior.output.bias", StringComparison.Ordinal))
                        elements.AsSpan(latent).Fill(2 * posteriorLevel);
                    else if (parameter.Name.EndsWith(".output.bias", StringComparison.Ordinal))
                        elements.AsSpan(4, 3).Fill(2 * Level);
                    else if (parameter.Name.EndsWith(".linear.weight", StringComparison.Ordinal))
                        AddNeighbours(elements, parameter.Shape[^1]);
                    writer.Add(parameter.Name, parameter.Type, [.. parameter.Shape], elements);
                }
            },
            _ => next++ % latent < kept ? 1 : 0,
            Falling(new(1)),
            () => (0, 72));
    }

    /// <summary>Model and starter.</summary>
    public static ModelRegistry Registry(TensorFile? weights = null, int engineThreads = 1) => new ModelRegistryBuilder()
        .Add(new Plugin(new EfficientVdvaeModel(weights ?? Tiny, new ManagedEngine(engineThreads))))
        .Add(new ClassicPlugin())
        .Build();

    public static Task<byte[]> EncodeAsync(Raster image, ModelRegistry registry, int? tileSize = null) =>
        new TesseraEncoder(new() { Registry = registry, MaxDegreeOfParallelism = 1, TileSize = tileSize }).EncodeToArrayAsync(image);

    public static Task<Raster> DecodeAsync(byte[] file, ModelRegistry registry) =>
        new TesseraDecoder(new() { Registry = registry, MaxDegreeOfParallelism = 1 }).DecodeToRasterAsync(new MemoryStream(file));

    private static TensorFile Weights(
        string json, Action<TensorFileWriter, Graph> add, Func<int, int> kept, IEnumerable<int> exponentials, Func<(int Location, int Level)> top)
    {
        var configuration = EfficientVdvaeConfiguration.FromJson(json);
        var writer = new TensorFileWriter();
        writer.Metadata("model", Id).Metadata("version", "1").Metadata("configuration", json);
        for (int grid = 0; grid < configuration.Grids.Length; grid++)
        {
            add(writer, EfficientVdvaeGraphs.Bottom(configuration, grid));
            for (int step = 0; step < Steps; step++)
            {
                add(writer, EfficientVdvaeGraphs.Enter(configuration, grid, step));
                if (configuration.Grids[grid].Latent[step] is > 0 and var latent)
                {
                    add(writer, EfficientVdvaeGraphs.Posterior(configuration, grid, step));
                    writer.Add($"grid.{grid}.step.{step}.kept", TensorType.U8, [latent], Enumerable.Range(0, latent).Select(kept));
                }

                add(writer, EfficientVdvaeGraphs.Leave(configuration, grid, step));
            }
        }

        (int Location, int Level)[] tops = [.. Enumerable.Range(0, 3).Select(_ => top())];
        writer.Add("table.exponentials", TensorType.I16, [1024], exponentials);
        writer.Add("top.location", TensorType.I16, [3], tops.Select(t => t.Location));
        writer.Add("top.level", TensorType.I16, [3], tops.Select(t => t.Level));
        return TensorFile.Read(writer.ToArray());
    }

    private static IEnumerable<int> Falling(Random random)
    {
        double width = 10 + random.Next(1000);
        return Enumerable.Range(0, 1024).Select(distance => Math.Max(1, (int)(32767 * Math.Exp(-distance / width))));
    }

    // In 1/128, of each colour: the mean of the first pixels of a square, of those right of it, below it and at the other end of the diagonal, less the first.
    private static void AddNeighbours(int[] weights, int channels)
    {
        for (int color = 0; color < 3; color++)
        {
            for (int y = 1; y <= 2; y++)
            {
                for (int x = 1; x <= 2; x++)
                    weights[(((((color * 3) + y) * 3) + x) * channels) + color] = y + x == 2 ? -96 : 32;
            }
        }
    }

    private sealed class Plugin(TileModel model) : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => [model];
    }
}
