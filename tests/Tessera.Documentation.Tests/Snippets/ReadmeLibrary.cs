namespace Tessera.Documentation.Tests.Snippets;

/// <summary>"As a library" in README.md.</summary>
public sealed class ReadmeLibrary
{
    [Fact]
    public async Task An_image_comes_back()
    {
        using Raster raster = Raster.Create(new(60, 40, new(3, 8)));
        raster.Frames[0].Samples.Plane(1).Fill(7);
        Assert.True(raster.HasSamePixels(await CodedAsync(raster)));
    }

    private static async Task<Raster> CodedAsync(Raster raster)
    {
        var registry = new ModelRegistryBuilder().AddApplicationAssemblies().Build();
        var encoder = new TesseraEncoder(new() { Registry = registry });
        var decoder = new TesseraDecoder(new() { Registry = registry });

        byte[] file = await encoder.EncodeToArrayAsync(raster);
        using Raster same = await decoder.DecodeToRasterAsync(new MemoryStream(file));
        return await Raster.ReadAsync(same.AsSource());
    }
}
