using FsCheck;
using FsCheck.Fluent;
using Tessera.Tests.Support;

namespace Tessera.Tests;

public class RoundTripTests
{
    [Fact]
    public void Any_image_comes_back_with_its_samples_frames_and_metadata()
    {
        var cuts =
            from image in TestImages.Any
            from tile in Gen.Choose(1, 40)
            from bandRows in Gen.Choose(1, 4)
            from segment in Gen.Choose(1, 9)
            select (image, model: new RawModel { Tiling = new(tile, bandRows), SegmentTiles = segment });
        Prop.ForAll(cuts.ToArbitrary(), cut =>
        {
            using Raster image = cut.image;
            byte[] file = Codec.EncodeAsync(image, cut.model).Result;
            using Raster back = Codec.DecodeAsync(file, cut.model).Result;
            AssertSame(image, back);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(1, 1, 4, 16)]
    [InlineData(1, 300, 2, 8)]
    [InlineData(300, 1, 3, 8)]
    [InlineData(16, 16, 3, 8)]
    [InlineData(17, 33, 3, 12)]
    public async Task Sizes_at_the_edges_of_tiles_come_back(int width, int height, int channels, int depth)
    {
        using Raster image = TestImages.Noise(width, height, channels, depth);
        using Raster back = await Codec.DecodeAsync(await Codec.EncodeAsync(image));
        AssertSame(image, back);
    }

    [Fact]
    public async Task The_number_of_threads_does_not_change_a_byte()
    {
        using Raster image = TestImages.Noise(200, 150, frames: 2);
        byte[] one = await Codec.Encoder(new RawModel(), threads: 1).EncodeToArrayAsync(image);
        foreach (int threads in new[] { 0, 2, 3, 8 })
            Assert.Equal(one, await Codec.Encoder(new RawModel(), threads).EncodeToArrayAsync(image));
        foreach (int threads in new[] { 0, 1, 8 })
        {
            using Raster back = await Codec.Decoder(new RawModel(), threads: threads).DecodeToRasterAsync(new MemoryStream(one));
            AssertSame(image, back);
        }
    }

    private static void AssertSame(Raster expected, Raster actual)
    {
        Assert.Equal(expected.Info, actual.Info);
        Assert.Equal(expected.Frames.Select(f => f.Info), actual.Frames.Select(f => f.Info));
        Assert.True(expected.HasSamePixels(actual));
    }
}
