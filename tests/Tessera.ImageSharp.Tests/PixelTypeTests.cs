using FsCheck;
using FsCheck.Fluent;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Tessera.ImageSharp.Tests;

public sealed class PixelTypeTests
{
    public static TheoryData<string> Exact => [.. PixelCase.Exact.Select(c => c.Name)];

    public static TheoryData<string> Floating => [.. PixelCase.Floating.Select(c => c.Name)];

    [Fact]
    public void Any_image_of_any_exact_type_comes_back_with_every_bit_and_its_type()
    {
        var images = from type in Gen.Elements<PixelCase>(PixelCase.Exact)
                     from width in Gen.Choose(1, 70)
                     from height in Gen.Choose(1, 40)
                     from frames in Gen.Choose(1, 3)
                     from seed in Gen.Choose(0, int.MaxValue)
                     from tile in Gen.Elements<int?>(null, 1, 16, 33)
                     select (type, width, height, frames, seed, tile);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(150), Prop.ForAll(images.ToArbitrary(), i =>
        {
            using Image image = i.type.Random(i.width, i.height, i.frames, i.seed);
            int? tile = i.tile == 1 && i.width * i.height > 500 ? null : i.tile;
            using Image loaded = Sharp.Load(Sharp.Save(image, new() { TileSize = tile }));
            return loaded.GetType() == image.GetType() && i.type.Bytes(loaded).AsSpan().SequenceEqual(i.type.Bytes(image));
        }));
    }

    [Theory]
    [MemberData(nameof(Exact))]
    public void Each_exact_type_comes_back_with_every_bit_and_is_named_in_the_metadata(string name)
    {
        PixelCase type = PixelCase.Named(name);
        using Image image = type.Random(67, 31, frames: 2);
        byte[] file = Sharp.Save(image);
        using Image loaded = Sharp.Load(file);

        Assert.IsType(image.GetType(), loaded);
        Assert.Equal(type.Bytes(image), type.Bytes(loaded));
        Assert.Equal(Enum.Parse<TesseraPixelType>(name), loaded.Metadata.GetTesseraMetadata().PixelType);
        Assert.Equal(loaded.PixelType.BitsPerPixel, Image.Identify(Sharp.Options, new MemoryStream(file)).PixelType.BitsPerPixel);
    }

    [Fact]
    public void There_is_a_case_for_every_stored_type() =>
        Assert.Equal(Enum.GetNames<TesseraPixelType>().Order(), PixelCase.Exact.Select(c => c.Name).Order());

    [Theory]
    [InlineData(nameof(L8), 1, 8, AlphaKind.None, false)]
    [InlineData(nameof(L16), 1, 16, AlphaKind.None, false)]
    [InlineData(nameof(La16), 2, 8, AlphaKind.Straight, false)]
    [InlineData(nameof(La32), 2, 16, AlphaKind.Straight, false)]
    [InlineData(nameof(Rgb24), 3, 8, AlphaKind.None, false)]
    [InlineData(nameof(Rgb48), 3, 16, AlphaKind.None, false)]
    [InlineData(nameof(Rgba32), 4, 8, AlphaKind.Straight, false)]
    [InlineData(nameof(Rgba64), 4, 16, AlphaKind.Straight, false)]
    [InlineData(nameof(Rg32), 2, 16, AlphaKind.None, false)]
    [InlineData(nameof(A8), 1, 8, AlphaKind.None, true)]
    [InlineData(nameof(Bgr24), 3, 8, AlphaKind.None, true)]
    [InlineData(nameof(Argb32), 4, 8, AlphaKind.Straight, true)]
    [InlineData(nameof(Bgr565), 3, 6, AlphaKind.None, true)]
    [InlineData(nameof(Bgra4444), 4, 4, AlphaKind.Straight, true)]
    [InlineData(nameof(Bgra5551), 4, 5, AlphaKind.Straight, true)]
    [InlineData(nameof(Rgba1010102), 4, 10, AlphaKind.Straight, true)]
    [InlineData(nameof(Byte4), 4, 8, AlphaKind.Straight, true)]
    [InlineData(nameof(NormalizedByte2), 2, 8, AlphaKind.None, true)]
    [InlineData(nameof(Short4), 4, 16, AlphaKind.Straight, true)]
    public void A_type_is_stored_with_its_own_channels_and_depth_and_a_record_where_these_do_not_tell(
        string name, int channels, int depth, AlphaKind alpha, bool recorded)
    {
        using Image image = PixelCase.Named(name).Random(3, 2);
        using Raster raster = Rasters.Decode(Sharp.Save(image));
        Assert.Equal(new SampleFormat(channels, depth, alpha), raster.Info.Format);
        Assert.Equal(recorded ? name : null, raster.Info.Metadata.Find("imagesharp:pixel") is { } block ? System.Text.Encoding.ASCII.GetString(block.Data.Span) : null);
    }

    [Fact]
    public void Whatever_the_order_in_memory_a_file_holds_red_green_blue_and_alpha()
    {
        foreach (string name in new[] { nameof(Rgba32), nameof(Bgra32), nameof(Argb32), nameof(Abgr32), nameof(Byte4) })
        {
            using Image<Rgba32> one = new(1, 1, new Rgba32(1, 2, 3, 4));
            using Image image = PixelCase.Named(name).Convert(one);
            using Raster raster = Rasters.Decode(Sharp.Save(image, new()));
            Assert.Equal([1, 2, 3, 4], Enumerable.Range(0, 4).Select(c => (int)raster.Frames[0].Samples.Row(c, 0)[0]));
        }
    }

    [Fact]
    public void Packed_and_signed_types_show_the_right_picture_to_other_readers()
    {
        using Image<Rgba32> colors = new(2, 1);
        (colors[0, 0], colors[1, 0]) = (new(255, 255, 255, 255), new(0, 0, 0, 0));
        foreach (string name in new[] { nameof(Bgr565), nameof(Bgra5551), nameof(Bgra4444), nameof(Rgba1010102), nameof(NormalizedByte4), nameof(NormalizedShort4), nameof(Short4) })
        {
            using Image image = PixelCase.Named(name).Convert(colors);
            using Raster raster = Rasters.Decode(Sharp.Save(image, new()));
            int max = raster.Info.Format.MaxSample;
            for (int channel = 0; channel < raster.Info.Format.Channels; channel++)
            {
                Assert.Equal(max, raster.Frames[0].Samples.Row(channel, 0)[0]);

                // The lowest of the signed types is one above the lowest number: -1.0 has two.
                Assert.InRange(raster.Frames[0].Samples.Row(channel, 0)[1], 0, 1);
            }
        }
    }

    [Theory]
    [InlineData(nameof(L8), nameof(Rgba32))]
    [InlineData(nameof(L16), nameof(Rgba64))]
    [InlineData(nameof(La32), nameof(L8))]
    [InlineData(nameof(Rgb24), nameof(Bgra32))]
    [InlineData(nameof(Rgb48), nameof(Rgb24))]
    [InlineData(nameof(Rgba64), nameof(RgbaVector))]
    [InlineData(nameof(Bgr565), nameof(Rgb24))]
    [InlineData(nameof(NormalizedShort4), nameof(Rgba64))]
    [InlineData(nameof(Short2), nameof(HalfVector4))]
    public void The_callers_pixel_type_is_what_ImageSharp_converts_to(string stored, string wanted)
    {
        (PixelCase from, PixelCase to) = (PixelCase.Named(stored), PixelCase.Named(wanted));
        using Image image = from.Random(37, 5, frames: 2);
        using Image expected = to.Convert(image);
        using Image loaded = to.Load(Sharp.Save(image));
        Assert.Equal(to.Bytes(expected), to.Bytes(loaded));
    }

    [Theory]
    [MemberData(nameof(Floating))]
    public void Floating_point_pixels_are_refused_by_name_and_with_the_remedy(string name)
    {
        using Image image = PixelCase.Named(name).Random(3, 2);
        var e = Assert.Throws<NotSupportedException>(() => Sharp.Save(image));
        Assert.Contains(name, e.Message, StringComparison.Ordinal);
        Assert.Contains("TesseraEncoder.PixelType", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Floating_point_pixels_are_converted_when_the_encoder_is_told_to()
    {
        using Image<RgbaVector> image = new(2, 1);
        (image[0, 0], image[1, 0]) = (new(0.25f, 0.5f, 1, 0.125f), new(0, 1, 0, 1));
        using Image<Rgba64> expected = image.CloneAs<Rgba64>();
        using Image loaded = Sharp.Load(Sharp.Save(image, new() { PixelType = TesseraPixelType.Rgba64 }));
        Assert.Equal(Sharp.Bytes(expected), Sharp.Bytes(Assert.IsType<Image<Rgba64>>(loaded)));
    }

    [Fact]
    public void An_image_is_stored_as_another_type_when_the_encoder_is_told_to()
    {
        using Image<Rgba32> image = Sharp.Random<Rgba32>(19, 7, frames: 2);
        using Image<Rgb24> expected = image.CloneAs<Rgb24>();
        using Image loaded = Sharp.Load(Sharp.Save(image, new() { PixelType = TesseraPixelType.Rgb24 }));
        Assert.Equal(Sharp.Bytes(expected), Sharp.Bytes(Assert.IsType<Image<Rgb24>>(loaded)));
    }

    [Theory]
    [InlineData("Rgba64")]
    [InlineData("99")]
    [InlineData("nonsense")]
    [InlineData("")]
    public void A_record_that_does_not_fit_the_samples_is_passed_over(string record)
    {
        var info = new ImageInfo(4, 4, new(3, 8)) { Metadata = new() { Blocks = [new("imagesharp:pixel", System.Text.Encoding.ASCII.GetBytes(record))] } };
        using var raster = Raster.Create(info);
        using Image loaded = Sharp.Load(Rasters.Encode(raster));
        Assert.IsType<Image<Rgb24>>(loaded);
    }
}
