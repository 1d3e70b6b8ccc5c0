namespace Tessera.Conformance.Tests;

/// <summary>Parts of the released files, of every model.</summary>
public sealed class RegionTests
{
    public static TheoryData<string> PinnedNames => [.. Pinned.Names];

    [Theory]
    [MemberData(nameof(PinnedNames))]
    public async Task Regions_at_corners_and_edges_and_in_between_are_those_parts_of_the_whole(string name)
    {
        byte[] file = await File.ReadAllBytesAsync(Pinned.PathOf(name, ".tsra"));
        var decoder = new TesseraDecoder(new() { Registry = Codec.Registry });
        using Raster whole = await decoder.DecodeToRasterAsync(new MemoryStream(file));
        (int width, int height, int last) = (whole.Info.Width, whole.Info.Height, whole.Info.FrameCount - 1);
        foreach (PixelRectangle region in (PixelRectangle[])
        [
            new(0, 0, (width + 1) / 2, (height + 2) / 3),
            new(width - 1, height - 1, 1, 1),
            new(0, height / 2, width, 1),
            new(width / 2, 0, 1, height),
            new(width / 3, height / 3, width - (width / 3), height - (height / 3)),
        ])
        {
            using Raster part = await decoder.DecodeRegionAsync(new MemoryStream(file), last, region);
            Assert.Equal(new ImageInfo(region.Width, region.Height, whole.Info.Format) { WhiteLevel = whole.Info.WhiteLevel }, part.Info);
            for (int channel = 0; channel < whole.Info.Format.Channels; channel++)
            {
                for (int y = 0; y < region.Height; y++)
                {
                    Assert.True(part.Frames[0].Samples.Row(channel, y).SequenceEqual(
                        whole.Frames[last].Samples.Row(channel, region.Y + y).Slice(region.X, region.Width)));
                }
            }
        }
    }
}
