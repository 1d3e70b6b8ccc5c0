using Tessera.Exact;
using Tessera.Exact.Managed;
using Tessera.Models.Causal.Tests.Support;

namespace Tessera.Models.Causal.Tests;

/// <summary>The model that the plugin brings: what it is called, that it is lossless, and that it is of use. Its weights may change.</summary>
public class PublishedModelTests
{
    [Fact]
    public void Published_weights_are_the_model_that_the_build_says_they_are()
    {
        Assert.Contains(new CausalPlugin().CreateModels(), model => model.Identity is { Id: Published.Id, Version: 1 });
        foreach (PublishedWeights weights in PublishedWeights.All)
        {
            weights.Identity.Validate();
            Assert.Equal(weights.Identity, new CausalModel(weights.Read()).Identity);
            Assert.True(new CausalModel(weights, new ManagedEngine()).Supports(new(3, 8)));
        }
    }

    [Fact]
    public void Weights_that_are_not_what_the_build_put_there_are_refused_when_they_are_first_needed()
    {
        PublishedWeights weights = PublishedWeights.All[0];
        var absent = new CausalModel(weights with { Version = 99 }, new ManagedEngine());
        Assert.Equal(99, absent.Identity.Version);
        Assert.Contains("'causal/photo 99'", Assert.Throws<WeightsException>(() => absent.CreateEncoder(5)).Message, StringComparison.Ordinal);
        var changed = new CausalModel(weights with { Hash = new('0', 64) }, new ManagedEngine());
        Assert.Contains("say that they are", Assert.Throws<WeightsException>(() => changed.CreateDecoder()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_tables_are_the_functions_that_they_are_named_for()
    {
        // What the tests draw networks with is what training writes.
        TensorFile expected = SmallModel.Weights(1);
        foreach (string name in expected.Tensors.Keys.Where(name => name.StartsWith("table.", StringComparison.Ordinal)))
            Assert.Equal(expected.Tensors[name].ToInt32(), Published.Weights.Tensors[name].ToInt32());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(1, 300)]
    [InlineData(300, 1)]
    [InlineData(257, 255)]
    [InlineData(700, 300)]
    public async Task Photographs_of_any_size_come_back(int width, int height)
    {
        using Raster image = await Photograph.CreateAsync(width, height);
        using Raster back = await Coding.DecodeAsync(Published.Registry, await Coding.EncodeAsync(Published.Registry, image, threads: 0), threads: 0);
        Assert.True(image.HasSamePixels(back));
    }

    [Theory]
    [InlineData("flat")]
    [InlineData("noise")]
    [InlineData("checkerboard")]
    [InlineData("extremes")]
    public async Task What_is_no_photograph_comes_back_too(string kind)
    {
        using Raster image = Picture.Draw(kind, 130, 70);
        using Raster back = await Coding.DecodeAsync(Published.Registry, await Coding.EncodeAsync(Published.Registry, image));
        Assert.True(image.HasSamePixels(back));
    }

    [Fact]
    public async Task Sizes_are_what_anyone_may_expect()
    {
        // Bits for a sample of 8. A photograph takes much less; what has no information takes next to none; noise takes little more.
        using Raster photograph = await Photograph.CreateAsync(512, 256);
        Assert.InRange(await BitsAsync(photograph), 0.5, 5);
        using Raster flat = Picture.Draw("flat", 256, 128), noise = Picture.Draw("noise", 256, 128);
        Assert.InRange(await BitsAsync(flat), 0, 0.5);
        Assert.InRange(await BitsAsync(noise), 7.99, 10);

        static async Task<double> BitsAsync(Raster image) =>
            8.0 * (await Coding.EncodeAsync(Published.Registry, image, threads: 0)).Length / (3 * image.Info.PixelCount);
    }

    [Fact]
    public async Task Any_number_of_threads_writes_and_reads_the_same_file()
    {
        using Raster image = await Photograph.CreateAsync(400, 200);
        byte[] expected = await Coding.EncodeAsync(Published.Registry, image, threads: 1, tileSize: 64);
        foreach (int threads in new[] { 2, 8 })
        {
            Assert.Equal(Hash.Of(expected), Hash.Of(await Coding.EncodeAsync(Published.Registry, image, threads, tileSize: 64)));
            using Raster back = await Coding.DecodeAsync(Published.Registry, expected, threads);
            Assert.True(image.HasSamePixels(back));
        }
    }

    [Fact]
    public async Task Large_tiles_are_coded_as_the_blocks_that_they_are_cut_into()
    {
        using Raster image = await Photograph.CreateAsync(300, 270);
        PlanarBuffer samples = image.Frames[0].Samples;
        Assert.Equal(Coding.Encode(Published.Model, Coding.Run(samples, 256)), Coding.Encode(Published.Model, Coding.Run(samples, 1024)));
    }
}
