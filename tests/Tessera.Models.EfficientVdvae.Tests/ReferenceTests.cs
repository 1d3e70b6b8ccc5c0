using FsCheck;
using FsCheck.Fluent;
using Tessera.Entropy;
using Tessera.Exact;
using Tessera.Models.EfficientVdvae.Tests.Support;

namespace Tessera.Models.EfficientVdvae.Tests;

/// <summary>The plugin does what the specification says, to the bit.</summary>
public class ReferenceTests
{
    private static readonly Gen<int> Seeds = Gen.Choose(0, int.MaxValue - 1);

    [Fact]
    public void Coded_bytes_are_those_of_the_specification_whatever_the_weights_are() => Prop.ForAll(Seeds.ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        using PlanarBuffer image = Runs.Noise(random, random.Next(1, 18), random.Next(1, 18), 3);
        AssertSame(SmallModel.Random(random), image, random.Next(1, 18), seed);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 2)]
    [InlineData(2, 3)]
    [InlineData(1, 9)]
    [InlineData(9, 1)]
    [InlineData(17, 16)]
    public void Coded_bytes_are_those_of_the_specification_for_any_sides(int width, int height)
    {
        using PlanarBuffer image = Runs.Noise(new(1), width, height, 3);
        AssertSame(SmallModel.Tiny, image, 64, seed: 1);
    }

    [Fact]
    public async Task A_photograph_s_bytes_are_those_of_the_specification()
    {
        using Raster image = await Photograph.CreateAsync(33, 31);
        foreach (TensorFile file in new[] { SmallModel.Tiny, SmallModel.Plain(), SmallModel.Plain(latent: 3, kept: 2, posteriorLevel: 30) })
            AssertSame(file, image.Frames[0].Samples, 20, seed: 2);
    }

    private static void AssertSame(TensorFile file, PlanarBuffer image, int side, int seed)
    {
        byte[] supply = Runs.Supply(20_000, seed);
        TileRun run = Runs.Of(image, side);
        using AnsStack stack = AnsStack.FromBytes(supply);
        var reference = new Reference(file);
        foreach (PixelRectangle tile in run.Tiles)
            reference.Encode(Runs.Samples(run, tile), stack);
        Assert.Equal(stack.ToBytes(), Runs.Encode(new EfficientVdvaeModel(file), run, supply));
    }
}
