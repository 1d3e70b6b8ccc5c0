using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Exact.Tests.Support;

namespace Tessera.Models.IdfPlusPlus.Tests;

/// <summary>A flow is lossless whatever its weights are, and says so when data or weights are not its own.</summary>
public class ModelTests
{
    private const string Levels = """[{"steps":2,"coupling":{"depth":2,"growth":9},"prior":{"depth":1,"growth":6}},{"steps":1,"coupling":{"depth":1,"growth":4},"prior":null}]""";

    // Two interlaced levels, the second with some couplings.
    private const string InterlacedLevels = """
        [{"steps":0,"coupling":{"depth":0,"growth":0},"prior":null,"passes":[{"stem":3,"trunk":{"depth":1,"growth":4},"detail":2,"hidden":[3,2]},{"stem":2,"trunk":{"depth":0,"growth":0},"detail":3,"hidden":[2,4]}]},
         {"steps":STEPS,"coupling":{"depth":1,"growth":4},"prior":null,"passes":[{"stem":2,"trunk":{"depth":1,"growth":2},"detail":2,"hidden":[2,2]},{"stem":3,"trunk":{"depth":0,"growth":0},"detail":2,"hidden":[3,3]}]}]
        """;

    [Fact]
    public void Any_tiles_come_back_whatever_the_weights_are() => AssertComeBack(random => Weights(random));

    [Fact]
    public void Any_tiles_come_back_from_interlaced_levels_with_and_without_what_is_recalled() => AssertComeBack(Interlaced);

    private static void AssertComeBack(Func<Random, TensorFile> weights)
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var model = new IdfModel(weights(random));
            using PlanarBuffer image = Noise(random, 1 + random.Next(40), 1 + random.Next(40));
            TileRun tiles = Run(image, 16), back = Run(new(image.Width, image.Height, 3), 16);
            byte[] payload = Encode(model, tiles);
            Decode(model, payload, back);
            for (int c = 0; c < 3; c++)
                Assert.Equal(image.Plane(c).ToArray(), Plane(back, c, image));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_number_of_threads_and_an_encoder_s_past_give_the_same_bytes()
    {
        var random = new Random(1);
        TensorFile weights = Weights(random);
        using PlanarBuffer image = Noise(random, 50, 37), other = Noise(random, 20, 20);
        byte[] expected = Encode(new IdfModel(weights), Run(image, 16));
        foreach (int threads in new[] { 2, 8 })
            Assert.Equal(expected, Encode(new IdfModel(weights, new ManagedEngine(threads)), Run(image, 16)));
        using SegmentEncoder encoder = new IdfModel(weights).CreateEncoder(5);
        EncodeWith(encoder, Run(other, 16));
        Assert.Equal(expected, EncodeWith(encoder, Run(image, 16)));
    }

    [Fact]
    public async Task A_whole_file_comes_back_and_names_its_weights_when_they_are_missing()
    {
        var random = new Random(2);
        TensorFile weights = Weights(random), others = Weights(random);
        using var raster = Raster.Create(new(300, 170, new(3, 8)));
        for (int c = 0; c < 3; c++)
        {
            foreach (ref ushort sample in raster.Frames[0].Samples.Plane(c))
                sample = (ushort)random.Next(256);
        }

        byte[] file = await new TesseraEncoder(new() { Registry = Registry(weights) }).EncodeToArrayAsync(raster);
        using Raster back = await new TesseraDecoder(new() { Registry = Registry(weights) }).DecodeToRasterAsync(new MemoryStream(file));
        Assert.True(raster.HasSamePixels(back));

        TesseraFormatException missing = await Assert.ThrowsAsync<TesseraFormatException>(
            () => new TesseraDecoder(new() { Registry = Registry(others) }).DecodeToRasterAsync(new MemoryStream(file)));
        Assert.Contains("idfpp/test", missing.Message, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(weights.Hash.AsSpan())[..8], missing.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Damaged_payloads_are_refused_or_decode_to_something()
    {
        var random = new Random(3);
        var model = new IdfModel(Weights(random));
        using PlanarBuffer image = Noise(random, 20, 20);
        byte[] payload = Encode(model, Run(image, 16));
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = random.Next(2) == 0 ? payload[..random.Next(payload.Length)] : [.. payload];
            if (damaged.Length == payload.Length)
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                Decode(model, damaged, Run(new(20, 20, 3), 16));
            }
            catch (TesseraFormatException)
            {
            }
        }

        Assert.Contains("length", Assert.Throws<TesseraFormatException>(() => Decode(model, [1, 2], Run(new(20, 20, 3), 16))).Message, StringComparison.Ordinal);
        Assert.Contains("are left", Assert.Throws<TesseraFormatException>(() => Decode(model, [255, 0, 0, 0, 1], Run(new(20, 20, 3), 16))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_codes_images_of_its_channels_and_depth_alone()
    {
        var model = new IdfModel(Weights(new(4)));
        Assert.True(model.Supports(new(3, 8)));
        Assert.False(model.Supports(new(3, 16)));
        Assert.False(model.Supports(new(1, 8)));
        Assert.False(model.Supports(new(3, 8, AlphaKind.Straight)));
        Assert.Equal(("idfpp/test", 7), (model.Identity.Id, model.Identity.Version));
    }

    [Theory]
    [InlineData("model", "no metadata 'model'")]
    [InlineData("top.weight", "no tensor 'top.weight'")]
    [InlineData("configuration", "no metadata 'configuration'")]
    public void Weights_that_are_incomplete_are_refused(string missing, string message) =>
        Assert.Contains(message, Assert.Throws<WeightsException>(() => new IdfModel(Weights(new(5), missing))).Message, StringComparison.Ordinal);

    private static TensorFile Interlaced(Random random) =>
        Weights(random, levels: InterlacedLevels.Replace("STEPS", random.Next(3) == 0 ? "1" : "0", StringComparison.Ordinal), splits: ["interlaced"]);

    private static TensorFile Weights(Random random, string missing = "", string levels = Levels, string[]? splits = null)
    {
        splits ??= ["natural", "quincunx"];
        string split = splits[random.Next(splits.Length)], activation = random.Next(2) == 0 ? "relu" : "swish";
        string normalization = random.Next(2) == 0 ? "group" : "none", color = random.Next(2) == 0 ? "none" : "ycocg-r";
        string padding = random.Next(2) == 0 ? "zero" : "replicate", inverse = random.Next(2) == 0 ? "true" : "false";
        string json = $$"""
            {"levels":{{levels}},"activation":"{{activation}}","normalization":"{{normalization}}","split":"{{split}}","top":"channel","components":3,
             "padding":"{{padding}}","color":"{{color}}","inverse_permutation":{{inverse}}}
            """;
        var configuration = IdfConfiguration.FromJson(json);
        var writer = new TensorFileWriter();
        foreach ((string key, string value) in new[] { ("model", "idfpp/test"), ("version", "7"), ("configuration", json) })
        {
            if (key != missing)
                writer.Metadata(key, value);
        }

        RandomWeights.Add(writer, IdfGraphs.Encoding(configuration), random);
        int width = configuration.TopWidth;
        int[] shape = [width, 3];
        writer.Add("top.location", TensorType.I16, shape, Enumerable.Range(0, width * 3).Select(_ => random.Next(-9000, 9000)));
        writer.Add("top.level", TensorType.I16, shape, Enumerable.Range(0, width * 3).Select(_ => random.Next(136)));
        if (missing != "top.weight")
            writer.Add("top.weight", TensorType.I16, shape, Enumerable.Range(0, width).SelectMany(_ => new[] { 1000, 3000, 96 }));
        return TensorFile.Read(writer.ToArray());
    }

    private static ModelRegistry Registry(TensorFile weights) => new ModelRegistryBuilder().Add(new Plugin(weights)).Build();

    private static PlanarBuffer Noise(Random random, int width, int height)
    {
        var image = new PlanarBuffer(width, height, 3);
        for (int c = 0; c < 3; c++)
        {
            foreach (ref ushort sample in image.Plane(c))
                sample = (ushort)random.Next(256);
        }

        return image;
    }

    private static TileRun Run(PlanarBuffer image, int side)
    {
        var grid = new TileGrid(image.Width, image.Height, 1, side, 1000);
        return new(grid, new(3, 8), image, 0, (int)grid.TileCount, 0, 3);
    }

    private static ushort[] Plane(TileRun tiles, int channel, PlanarBuffer shape)
    {
        var plane = new ushort[shape.Width * shape.Height];
        foreach (PixelRectangle tile in tiles.Tiles)
        {
            for (int y = 0; y < tile.Height; y++)
                tiles.Row(channel, tile, y).CopyTo(plane.AsSpan(((tile.Y + y) * shape.Width) + tile.X));
        }

        return plane;
    }

    private static byte[] Encode(IdfModel model, TileRun tiles)
    {
        using SegmentEncoder encoder = model.CreateEncoder(5);
        return EncodeWith(encoder, tiles);
    }

    private static byte[] EncodeWith(SegmentEncoder encoder, TileRun tiles)
    {
        var payload = new ArrayBufferWriter<byte>();
        encoder.Encode(tiles, [], payload);
        return payload.WrittenSpan.ToArray();
    }

    private static void Decode(IdfModel model, byte[] payload, TileRun tiles)
    {
        using SegmentDecoder decoder = model.CreateDecoder();
        var supply = new ArrayBufferWriter<byte>();
        decoder.Decode(payload, tiles, supply);
        Assert.Equal(0, supply.WrittenCount);
    }

    private sealed class Plugin(TensorFile weights) : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => [new IdfModel(weights)];
    }
}
