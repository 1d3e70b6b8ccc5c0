using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Tessera.ImageSharp.Tests;

/// <summary>Files that other programs wrote, of depths, white levels and alpha that ImageSharp does not have.</summary>
public sealed class ForeignSampleTests
{
    [Theory]
    [InlineData(1, new[] { 0, 1 }, new[] { 0, 255 })]
    [InlineData(2, new[] { 0, 1, 2, 3 }, new[] { 0, 85, 170, 255 })]
    [InlineData(4, new[] { 0, 1, 15 }, new[] { 0, 17, 255 })]
    [InlineData(5, new[] { 0, 1, 16, 31 }, new[] { 0, 8, 132, 255 })]
    public void Grey_of_few_bits_is_scaled_to_eight(int depth, int[] samples, int[] expected)
    {
        using Image loaded = Sharp.Load(Rasters.Row(new(1, depth), (1 << depth) - 1, samples));
        Assert.Equal(expected, Row((Image<L8>)loaded).Select(p => (int)p.PackedValue));
        Assert.Equal(depth, loaded.Metadata.GetTesseraMetadata().BitDepth);
    }

    [Fact]
    public void Grey_of_twelve_bits_is_scaled_to_sixteen()
    {
        using Image loaded = Sharp.Load(Rasters.Row(new(1, 12), 4095, [0, 1, 2048, 4095]));
        Assert.Equal([0, 16, 32776, 65535], Row((Image<L16>)loaded).Select(p => (int)p.PackedValue));
    }

    [Fact]
    public void The_white_level_becomes_white_and_what_is_above_it_too()
    {
        using Image loaded = Sharp.Load(Rasters.Row(new(1, 7), 100, [0, 50, 100, 127]));
        Assert.Equal([0, 128, 255, 255], Row((Image<L8>)loaded).Select(p => (int)p.PackedValue));
    }

    [Fact]
    public void The_white_level_of_colours_with_alpha_is_that_of_the_alpha_too()
    {
        using Image loaded = Sharp.Load(Rasters.Row(new(4, 10, AlphaKind.Straight), 1000, [1000], [500], [0], [1000]));
        Assert.Equal(new Rgba64(65535, 32768, 0, 65535), Row((Image<Rgba64>)loaded).Single());
    }

    [Fact]
    public void Premultiplied_colours_are_divided_by_their_alpha()
    {
        byte[] file = Rasters.Row(new(4, 8, AlphaKind.Premultiplied), 255, [100, 0, 7, 200], [50, 0, 0, 100], [0, 0, 9, 200], [100, 255, 0, 100]);
        using Image loaded = Sharp.Load(file);
        Assert.Equal([new(255, 128, 0, 100), new(0, 0, 0, 255), new(0, 0, 0, 0), new(255, 255, 255, 100)], Row((Image<Rgba32>)loaded));
    }

    [Fact]
    public void Two_channels_without_alpha_are_red_and_green()
    {
        using Image loaded = Sharp.Load(Rasters.Row(new(2, 8), 255, [255, 1], [0, 128]));
        Assert.Equal([65535u, 257 | (32896u << 16)], Row((Image<Rg32>)loaded).Select(p => p.PackedValue));
    }

    [Theory]
    [InlineData(4, AlphaKind.None)]
    [InlineData(3, AlphaKind.Straight)]
    public void Channels_that_no_pixel_type_has_are_refused_and_identified(int channels, AlphaKind alpha)
    {
        byte[] file = Rasters.Row(new(channels, 8, alpha), 255, [.. Enumerable.Repeat(new[] { 1, 2 }, channels)]);
        var e = Assert.Throws<NotSupportedException>(() => Sharp.Load(file));
        Assert.Contains($"{channels} channels of 8 bits", e.Message, StringComparison.Ordinal);
        Assert.Equal(8 * channels, Image.Identify(Sharp.Options, new MemoryStream(file)).PixelType.BitsPerPixel);
    }

    private static TPixel[] Row<TPixel>(Image<TPixel> image)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var pixels = new TPixel[image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        return pixels;
    }
}
