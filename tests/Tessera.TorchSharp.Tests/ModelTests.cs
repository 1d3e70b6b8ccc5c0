using Tessera.Exact;
using Tessera.Exact.Tests.Support;
using Tessera.Models;
using Tessera.Models.BitSwap;
using Tessera.Models.Causal;
using Tessera.Models.Classic;
using Tessera.Models.DenseFlow;
using Tessera.Models.EfficientVdvae;
using Tessera.Models.IdfPlusPlus;
using Tessera.TorchSharp.Tests.Support;

namespace Tessera.TorchSharp.Tests;

/// <summary>
/// Every graph of every model, of the fixtures' weights and of the published ones: encoding and decoding run on both engines, and each integer is compared.
/// </summary>
public class ModelTests
{
    private static readonly Dictionary<string, Func<TensorFile, IEngine, TileModel>> Families = new()
    {
        ["idfpp"] = (weights, engine) => new IdfModel(weights, engine),
        ["bitswap"] = (weights, engine) => new BitSwapModel(weights, engine),
        ["evdvae"] = (weights, engine) => new EfficientVdvaeModel(weights, engine),
        ["causal"] = (weights, engine) => new CausalModel(weights, engine),
        ["denseflow"] = (weights, engine) => new DenseFlowModel(weights, engine),
    };

    private static readonly string Fixtures = Repository.PathOf("tests", "fixtures");

    public static TheoryData<string> FixtureNames => [.. Families.Keys.SelectMany(family => Directory.GetFiles(Path.Combine(Fixtures, family), "*.safetensors")
        .Where(path => !path.EndsWith(".fixture.safetensors", StringComparison.Ordinal))
        .Select(path => $"{family}/{Path.GetFileNameWithoutExtension(path)}"))];

    public static TheoryData<string> ConformanceNames => [.. Directory.GetFiles(Repository.PathOf("spec", "conformance"), "*.tsra", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Repository.PathOf("spec", "conformance"), path).Replace('\\', '/'))
        .Where(name => IsQuick(name) && File.Exists(Path.ChangeExtension(Repository.PathOf("spec", "conformance", name), ".sha256")))];

    [LibTorchTheory]
    [MemberData(nameof(FixtureNames))]
    public async Task Every_integer_of_a_fixtures_graphs_is_that_of_the_managed_engine(string name)
    {
        using TorchEngine torch = Engines.Torch();
        var engine = new ComparingEngine(torch);

        // A version that a file can name.
        TensorFile weights = ChangedTensors.Of(
            TensorFile.Read(await File.ReadAllBytesAsync(Path.Combine(Fixtures, name + ".safetensors"))), metadata: (key, value) => key == "version" ? "1" : value);
        TileModel model = Families[name.Split('/')[0]](weights, engine);
        if (!model.Supports(new(3, 8)))
            return;
        ModelRegistry registry = new ModelRegistryBuilder().Add(new Plugin(model)).Add(new ClassicPlugin()).Build();
        using Raster image = Draw(72, 56);
        byte[] file = await new TesseraEncoder(new() { Registry = registry, ModelIds = [model.Identity.Id], TileSize = 16, MaxDegreeOfParallelism = 3 })
            .EncodeToArrayAsync(image);
        using Raster same = await new TesseraDecoder(new() { Registry = registry, MaxDegreeOfParallelism = 3 }).DecodeToRasterAsync(new MemoryStream(file));
        Assert.True(image.HasSamePixels(same));
        Assert.True(engine.Graphs > 0);
    }

    [LibTorchTheory]
    [MemberData(nameof(ConformanceNames))]
    public async Task A_released_file_decodes_on_the_device_to_the_samples_of_the_managed_engine(string name)
    {
        using TorchEngine torch = Engines.Torch();
        byte[] file = await File.ReadAllBytesAsync(Repository.PathOf("spec", "conformance", name));
        using Raster actual = await DecodeAsync(torch), expected = await DecodeAsync(null);
        Assert.True(expected.HasSamePixels(actual));

        Task<Raster> DecodeAsync(IEngine? engine) =>
            new TesseraDecoder(new() { Registry = new ModelRegistryBuilder(engine).AddApplicationAssemblies().Build() }).DecodeToRasterAsync(new MemoryStream(file));
    }

    // Those that models coded; all of them with TESSERA_TEST_CONFORMANCE=all: the pixel by pixel model begins some hundred small runs for each row.
    private static bool IsQuick(string name) =>
        Environment.GetEnvironmentVariable("TESSERA_TEST_CONFORMANCE") == "all"
        || name is "idfpp-photo/photograph.tsra" or "bitswap-photo/one-tile.tsra" or "evdvae-photo/one-tile.tsra" or "denseflow-photo/odd-tiles.tsra" or "causal-photo/one-row.tsra";

    private static Raster Draw(int width, int height)
    {
        Raster image = Raster.Create(new(width, height, new(3, 8)));
        var random = new Random(5);
        for (int channel = 0; channel < 3; channel++)
        {
            Span<ushort> plane = image.Frames[0].Samples.Plane(channel);
            for (int i = 0; i < plane.Length; i++)
                plane[i] = (ushort)((((i % width) + (i / width * 2) + (channel * 20)) % 200) + random.Next(12));
        }

        return image;
    }

    private sealed class Plugin(TileModel model) : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => [model];
    }
}
