using Tessera.Exact;
using Tessera.Exact.Tests.Support;
using Tessera.Models.Classic;

namespace Tessera.Models.DenseFlow.Tests.Support;

/// <summary>Small flows: such as are drawn, and those that <c>training/</c> made, whose weights are as if trained.</summary>
internal static class SmallModel
{
    public const string Id = "denseflow/test";

    /// <summary>Two blocks, one of three units, and a dequantiser.</summary>
    public const string TinyConfiguration =
        """
        {"color":"ycocg-r","dequantisation_bits":4,"fraction_bits":10,"dequantiser":{"growth":[3],"width":6},"blocks":[
            {"kept":5,"modules":[2,1,1],"net":{"growth":[4,2],"width":6},"noise":2},
            {"kept":null,"modules":[2],"net":{"growth":[],"width":5},"noise":0}]}
        """;

    /// <summary>Three blocks, noise in the last two, colours as they are, and bits below samples that are all alike.</summary>
    public const string UniformConfiguration =
        """
        {"color":"none","dequantisation_bits":6,"fraction_bits":12,"dequantiser":null,"blocks":[
            {"kept":4,"modules":[2],"net":{"growth":[],"width":4},"noise":0},
            {"kept":6,"modules":[1,1],"net":{"growth":[2],"width":4},"noise":4},
            {"kept":null,"modules":[1,2],"net":{"growth":[3],"width":4},"noise":2}]}
        """;

    /// <summary>The names of those that <c>training/</c> made.</summary>
    public static IEnumerable<string> Names =>
        Directory.GetFiles(Folder, "*.fixture.safetensors").Select(path => Path.GetFileName(path).Split('.')[0]).Order();

    public static TensorFile Tiny { get; } = DrawnWeights.Of(TinyConfiguration);

    public static TensorFile Uniform { get; } = DrawnWeights.Of(UniformConfiguration);

    /// <summary>Multiplies values by so much that all blocks but such as are nearly 0 overflow.</summary>
    public static TensorFile Huge { get; } = DrawnWeights.Of(TinyConfiguration, factor: (int)ModularScale.MaxFactor);

    /// <summary>The weights of a flow that <c>training/</c> made. Their version is one that a file can name.</summary>
    public static TensorFile Fixture(string name) => ChangedTensors.Of(Read($"{name}.safetensors"), metadata: (key, value) => key == "version" ? "1" : value);

    /// <summary>What the simulation computed with it.</summary>
    public static TensorFile Values(string name) => Read($"{name}.fixture.safetensors");

    /// <summary>Weights of some flow.</summary>
    public static TensorFile Random(Random random)
    {
        int count = random.Next(1, 4), channels = 3;
        List<string> blocks = [];
        for (int i = 0; i < count; i++)
        {
            int units = random.Next(1, 4), noise = 2 * random.Next(1, 3);
            channels = (4 * channels) + ((units - 1) * noise);
            string kept = "null";
            if (i < count - 1)
                kept = $"{channels = random.Next(3, Math.Min(8, channels))}";
            blocks.Add($$"""{"kept":{{kept}},"modules":[{{Numbers(units, 1, 3)}}],"net":{{Net()}},"noise":{{noise}}}""");
        }

        bool isConditional = random.Next(2) == 0;
        int bits = random.Next(isConditional ? 9 : 11);
        return DrawnWeights.Of(
            $$"""
            {"color":"{{(random.Next(2) == 0 ? "none" : "ycocg-r")}}","dequantisation_bits":{{bits}},"fraction_bits":{{Math.Clamp(bits + random.Next(4, 9), 4, 20)}},
             "dequantiser":{{(isConditional ? Net() : "null")}},"blocks":[{{string.Join(',', blocks)}}]}
            """,
            random.Next());

        string Net() => $$"""{"growth":[{{Numbers(random.Next(3), 1, 4)}}],"width":{{random.Next(1, 7)}}}""";

        string Numbers(int count, int low, int high) => string.Join(',', Enumerable.Range(0, count).Select(_ => random.Next(low, high)));
    }

    /// <summary>Model and starter.</summary>
    public static ModelRegistry Registry(TensorFile? weights = null) =>
        new ModelRegistryBuilder().Add(new Plugin(new DenseFlowModel(weights ?? Tiny))).Add(new ClassicPlugin()).Build();

    public static Task<byte[]> EncodeAsync(Raster image, ModelRegistry registry, int? tileSize = null) =>
        new TesseraEncoder(new() { Registry = registry, ModelIds = [Id], MaxDegreeOfParallelism = 1, TileSize = tileSize }).EncodeToArrayAsync(image);

    public static Task<Raster> DecodeAsync(byte[] file, ModelRegistry registry) =>
        new TesseraDecoder(new() { Registry = registry, MaxDegreeOfParallelism = 1 }).DecodeToRasterAsync(new MemoryStream(file));

    private static string Folder => Repository.PathOf("tests", "fixtures", "denseflow");

    private static TensorFile Read(string name) => TensorFile.Read(File.ReadAllBytes(Path.Combine(Folder, name)));

    private sealed class Plugin(TileModel model) : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => [model];
    }
}
