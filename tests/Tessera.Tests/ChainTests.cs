using FsCheck;
using FsCheck.Fluent;
using Tessera.Container;
using Tessera.Tests.Support;

namespace Tessera.Tests;

/// <summary>Segments that begin with starter tiles, whose bits a bits-back model pops.</summary>
public class ChainTests
{
    [Fact]
    public void A_bits_back_model_and_its_starter_bring_any_image_back()
    {
        var cases =
            from image in TestImages.Any
            from secret in Gen.Choose(1, 120)
            from segment in Gen.Choose(1, 20)
            select (image, model: new BitsBackModel(secret) { SegmentTiles = segment });
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            using Raster image = c.image;
            ModelRegistry registry = Codec.Registry(c.model, new RawModel());
            byte[] file = new TesseraEncoder(new() { Registry = registry }).EncodeToArrayAsync(image).Result;
            using Raster back = new TesseraDecoder(new() { Registry = registry }).DecodeToRasterAsync(new MemoryStream(file)).Result;
            Assert.True(image.HasSamePixels(back));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]

    // A tile of 4 x 4 x 1 samples gives 32 bytes of supply; each of the others pops its secret.
    [InlineData(6, 10, new[] { 2, 4 })]
    [InlineData(6, 5, new[] { 1, 5 })]
    [InlineData(6, 32, new[] { 3, 3 })]
    [InlineData(6, 33, new[] { 4, 2 })]
    [InlineData(6, 160, new[] { 5, 1 })]
    [InlineData(6, 161, new[] { 6 })]
    [InlineData(1, 1, new[] { 1 })]
    public async Task A_segment_begins_with_as_few_starter_tiles_as_suffice(int tiles, int secret, int[] runs)
    {
        using Raster image = TestImages.Noise(4 * tiles, 4, channels: 1);
        ModelRegistry registry = Codec.Registry(new BitsBackModel(secret) { SegmentTiles = tiles }, new RawModel());
        byte[] file = await new TesseraEncoder(new() { Registry = registry }).EncodeToArrayAsync(image);
        FileReport report = await TesseraInspector.InspectAsync(new MemoryStream(file));
        SegmentReport segment = Assert.Single(report.Segments);
        Assert.Equal(runs, segment.Header.Runs.Select(r => r.TileCount));
        Assert.Equal("raw", report.Models[segment.Header.Runs[0].ModelIndex].Id);

        // Bits-back costs nothing: all secrets are the supply itself.
        Assert.Equal(2 * 16 * tiles, segment.PayloadLength);
    }

    [Fact]
    public async Task Supply_that_nothing_takes_back_is_an_error()
    {
        // One run of the bits-back model alone: decoding it gives a supply, and no run is left to take it.
        var model = new BitsBackModel(10);
        var header = new ContainerHeader { Width = 4, Height = 4, Channels = 1, TileSize = 4, Models = [new("raw", 1), new("bits-back", 1)] };
        var segment = new SegmentHeader { FirstTile = 0, TileCount = 1, ChannelCount = 1, Runs = [new(1, 1)], SampleChecksum = 0 };
        byte[] file = await Chunks.WriteAsync(header, w => w.WriteSegmentAsync(segment, new byte[(2 * 16) + 10 + 3]).AsTask());
        var decoder = new TesseraDecoder(new() { Registry = Codec.Registry(new RawModel(), model) });
        var e = await Assert.ThrowsAsync<TesseraFormatException>(() => decoder.VerifyAsync(new MemoryStream(file)));
        Assert.Contains("leaves 13 bytes over", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_without_a_starter_is_an_error_that_says_so()
    {
        using Raster image = TestImages.Noise(8, 8);
        var encoder = new TesseraEncoder(new() { Registry = Codec.Registry(new BitsBackModel()) });
        var e = await Assert.ThrowsAsync<ArgumentException>(() => encoder.EncodeToArrayAsync(image));
        Assert.Contains("The model bits-back needs another one to code its first tiles", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_starter_that_was_not_named_is_taken_from_the_registry()
    {
        using Raster image = TestImages.Noise(64, 64);
        ModelRegistry registry = Codec.Registry(new RawModel("zeta"), new RawModel("alpha"), new BitsBackModel());
        var encoder = new TesseraEncoder(new() { Registry = registry, ModelIds = ["bits-back"] });
        FileReport report = await TesseraInspector.InspectAsync(new MemoryStream(await encoder.EncodeToArrayAsync(image)));
        Assert.Equal(["bits-back", "zeta"], report.Models.Select(m => m.Id));
    }
}
