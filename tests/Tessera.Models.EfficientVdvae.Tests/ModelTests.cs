using FsCheck;
using FsCheck.Fluent;
using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Models.EfficientVdvae.Tests.Support;
using Tessera.Models.Tests;

namespace Tessera.Models.EfficientVdvae.Tests;

/// <summary>A hierarchy is lossless whatever its weights are, and says so when data are not its own.</summary>
public class ModelTests : BitsBackModelTestsBase
{
    private static readonly Gen<int> Seeds = Gen.Choose(0, int.MaxValue - 1);

    /// <inheritdoc/>
    protected override IEnumerable<TileModel> Models => [Create(), .. new[] { 48, 56 }.Select(level => new EfficientVdvaeModel(SmallModel.Plain(posteriorLevel: level)))];

    /// <inheritdoc/>
    protected override TileModel Create(IEngine? engine = null) => new EfficientVdvaeModel(SmallModel.Tiny, engine);

    [Fact]
    public void Any_tiles_come_back_whatever_the_weights_are() => Prop.ForAll(Seeds.ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var model = new EfficientVdvaeModel(SmallModel.Random(random));
        int side = random.Next(1, 40);
        using PlanarBuffer image = Runs.Noise(random, random.Next(1, 60), random.Next(1, 60), 3);
        using var back = new PlanarBuffer(image.Width, image.Height, 3);
        byte[] supply = Runs.Supply(100_000 + random.Next(4), seed);
        byte[] payload = Runs.Encode(model, Runs.Of(image, side), supply);
        Assert.Equal(supply, Runs.Decode(model, payload, Runs.Of(back, side)));
        Runs.AssertSame(image, back);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(1, 256)]
    [InlineData(256, 1)]
    [InlineData(3, 3)]
    [InlineData(255, 7)]
    [InlineData(256, 256)]
    public void A_block_of_any_size_comes_back(int width, int height)
    {
        var model = new EfficientVdvaeModel(SmallModel.Tiny);
        using PlanarBuffer image = Runs.Noise(new(width), width, height, 3), back = new(width, height, 3);
        byte[] supply = Runs.Supply(1000 + (10 * width * height));
        Assert.Equal(supply, Runs.Decode(model, Runs.Encode(model, Runs.Of(image, 256), supply), Runs.Of(back, 256)));
        Runs.AssertSame(image, back);
    }

    [Theory]
    [InlineData(1, 1, 16)]
    [InlineData(16, 16, 16)]
    [InlineData(33, 1, 8)]
    [InlineData(1, 50, 16)]
    [InlineData(61, 47, 16)]
    [InlineData(64, 64, 7)]
    [InlineData(130, 70, 64)]
    public async Task Images_of_any_size_come_back(int width, int height, int side)
    {
        using Raster image = await Photograph.CreateAsync(width, height);
        foreach (TensorFile weights in new[] { SmallModel.Tiny, SmallModel.Plain() })
        {
            ModelRegistry registry = SmallModel.Registry(weights);
            using Raster back = await SmallModel.DecodeAsync(await SmallModel.EncodeAsync(image, registry, tileSize: side), registry);
            Assert.True(image.HasSamePixels(back));
        }
    }

    [Fact]
    public async Task A_file_of_several_tiles_is_coded_by_the_starter_and_the_hierarchy()
    {
        using Raster image = await Photograph.CreateAsync(200, 100);
        byte[] file = await SmallModel.EncodeAsync(image, SmallModel.Registry(SmallModel.Plain()), tileSize: 32);
        FileReport report = await TesseraInspector.InspectAsync(new MemoryStream(file));
        Assert.Contains(report.Models, model => model.Id == SmallModel.Id);
        Assert.All(report.Segments, segment => Assert.Equal(2, segment.Header.Runs.Length));
        Assert.All(report.Segments, segment => Assert.InRange(segment.Supply!.StarterTiles, 1, 3));
        Assert.All(report.Segments, segment => Assert.InRange(segment.Supply!.WastedBits, 0, 32));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(37)]
    [InlineData(64)]
    public async Task Any_number_of_threads_writes_and_reads_the_same_file(int tileSize)
    {
        using Raster image = await Photograph.CreateAsync(300, 170);
        await AssertThreadsMakeNoDifferenceAsync(image, SmallModel.Registry(), Create().Identity.Id, tileSize);
    }
}
