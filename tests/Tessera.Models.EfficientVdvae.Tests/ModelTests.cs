using FsCheck;
using FsCheck.Fluent;
using Tessera.Exact.Managed;
using Tessera.Models.EfficientVdvae.Tests.Support;

namespace Tessera.Models.EfficientVdvae.Tests;

/// <summary>A hierarchy is lossless whatever its weights are, and says so when data are not its own.</summary>
public class ModelTests
{
    private static readonly Gen<int> Seeds = Gen.Choose(0, int.MaxValue - 1);

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
}
