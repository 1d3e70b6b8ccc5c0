using System.Text;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.Metadata.Profiles.Cicp;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.Metadata.Profiles.Icc;
using SixLabors.ImageSharp.Metadata.Profiles.Iptc;
using SixLabors.ImageSharp.Metadata.Profiles.Xmp;
using SixLabors.ImageSharp.PixelFormats;

namespace Tessera.ImageSharp.Tests;

public sealed class MetadataTests
{
    // Not what ImageSharp would write: unsorted, an unknown tag, and bytes behind the end.
    private static readonly byte[] Exif = [.. "MM\0*\0\0\0\u0008"u8, 0, 2, 0x99, 0x99, 0, 3, 0, 0, 0, 1, 0, 5, 0, 0, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 1, 2, 3];
    private static readonly byte[] Icc = [.. Enumerable.Range(0, 300).Select(i => (byte)(i * 7))];
    private static readonly byte[] Xmp = Encoding.UTF8.GetBytes("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/> \n");
    private static readonly byte[] Iptc = [0x1C, 2, 5, 0, 3, (byte)'a', (byte)'b', (byte)'c', 0x1C, 3, 10, 0, 1, 9];

    [Fact]
    public void Profiles_of_an_image_survive_byte_for_byte()
    {
        using Image<Rgb24> image = Sharp.Random<Rgb24>(5, 4);
        AddProfiles(image.Metadata);
        using Image loaded = Sharp.Load(Sharp.Save(image));
        AssertProfiles(loaded.Metadata.ExifProfile, loaded.Metadata.IccProfile, loaded.Metadata.XmpProfile, loaded.Metadata.IptcProfile);
        Assert.Equal(CicpColorPrimaries.ItuRBt2020_2, loaded.Metadata.CicpProfile!.ColorPrimaries);
        Assert.Equal(6, loaded.Metadata.ExifProfile!.TryGetValue(ExifTag.Orientation, out IExifValue<ushort>? orientation) ? orientation.Value : 0);
    }

    [Fact]
    public void Identify_gives_the_metadata_too()
    {
        using Image<Rgb24> image = Sharp.Random<Rgb24>(5, 4, frames: 3);
        AddProfiles(image.Metadata);
        image.Metadata.HorizontalResolution = 300;
        SharpImageInfo info = Image.Identify(Sharp.Options, new MemoryStream(Sharp.Save(image)));
        AssertProfiles(info.Metadata.ExifProfile, info.Metadata.IccProfile, info.Metadata.XmpProfile, info.Metadata.IptcProfile);
        Assert.Equal((5, 4, 300, 3), (info.Width, info.Height, info.Metadata.HorizontalResolution, info.Metadata.GetTesseraMetadata().FrameCount));
        Assert.Same(TesseraFormat.Instance, info.Metadata.DecodedImageFormat);
    }

    [Fact]
    public void Every_frame_keeps_its_own_profiles_texts_and_delay()
    {
        using Image<Rgb24> image = Sharp.Random<Rgb24>(5, 4, frames: 3);
        AddProfiles(image.Frames[1].Metadata);
        for (int i = 0; i < 3; i++)
            image.Frames[i].Metadata.GetTesseraMetadata().FrameDelay = new((uint)i, 7, simplify: false);
        image.Frames[2].Metadata.GetTesseraMetadata().Texts.Add(new("Title", "the third"));
        using Image loaded = Sharp.Load(Sharp.Save(image));

        ImageFrameMetadata second = loaded.Frames[1].Metadata;
        AssertProfiles(second.ExifProfile, second.IccProfile, second.XmpProfile, second.IptcProfile);
        Assert.Null(loaded.Frames[0].Metadata.ExifProfile);
        Assert.Null(loaded.Metadata.ExifProfile);
        Assert.Equal([new(0, 7, false), new(1, 7, false), new(2, 7, false)], loaded.Frames.Select(f => f.Metadata.GetTesseraMetadata().FrameDelay));
        Assert.Equal([new("Title", "the third")], loaded.Frames[2].Metadata.GetTesseraMetadata().Texts);
    }

    [Fact]
    public void An_infinite_delay_is_refused_and_an_undefined_one_is_none()
    {
        using Image<L8> image = new(1, 1);
        image.Frames.RootFrame.Metadata.GetTesseraMetadata().FrameDelay = default;
        using Image loaded = Sharp.Load(Sharp.Save(image, new()));
        Assert.Equal(new(0, 1), loaded.Frames.RootFrame.Metadata.GetTesseraMetadata().FrameDelay);

        image.Frames.RootFrame.Metadata.GetTesseraMetadata().FrameDelay = new(1, 0, simplify: false);
        Assert.Throws<NotSupportedException>(() => Sharp.Save(image, new()));
    }

    [Theory]
    [InlineData(96, 96, PixelResolutionUnit.PixelsPerInch, "")]
    [InlineData(300, 300, PixelResolutionUnit.PixelsPerInch, "png:pHYs imagesharp:resolution")]
    [InlineData(3780, 3779, PixelResolutionUnit.PixelsPerMeter, "png:pHYs")]
    [InlineData(3780.5, 3780, PixelResolutionUnit.PixelsPerMeter, "png:pHYs imagesharp:resolution")]
    [InlineData(4, 3, PixelResolutionUnit.AspectRatio, "png:pHYs")]
    [InlineData(28.35, 0.001, PixelResolutionUnit.PixelsPerCentimeter, "imagesharp:resolution")]
    [InlineData(double.PositiveInfinity, 1, PixelResolutionUnit.PixelsPerMeter, "imagesharp:resolution")]
    public void The_resolution_survives_exactly_and_is_there_for_other_programs(double x, double y, PixelResolutionUnit unit, string blocks)
    {
        using Image<L8> image = Sharp.Random<L8>(2, 2);
        (image.Metadata.HorizontalResolution, image.Metadata.VerticalResolution, image.Metadata.ResolutionUnits) = (x, y, unit);
        byte[] file = Sharp.Save(image);
        SharpMetadata loaded = Sharp.Load(file).Metadata;
        Assert.Equal((x, y, unit), (loaded.HorizontalResolution, loaded.VerticalResolution, loaded.ResolutionUnits));
        Assert.Empty(loaded.GetTesseraMetadata().OtherBlocks);
        Assert.Equal(blocks, string.Join(' ', Rasters.Decode(file).Info.Metadata.Blocks.Select(b => b.Kind)));
    }

    [Fact]
    public void Texts_and_unknown_blocks_survive_and_stay_what_they_are()
    {
        ImageMetadata metadata = new()
        {
            Blocks =
            [
                new("png:iCCP-name", "Name"u8.ToArray()), new("icc", Icc), new("icc", new byte[] { 1 }), new("png:gAMA", new byte[] { 0, 0, 0xB1, 0x8F }),
                new("other:thing", Array.Empty<byte>()), new("iptc", Array.Empty<byte>()),
            ],
            Texts = [new("Title", "Größe"), new("Title", "", "de", "Titel"), new("", "no keyword"), new(new string('k', 80), "long keyword")],
        };
        using var raster = Raster.Create(new(2, 2, new(1, 8)) { Metadata = metadata });
        using Image loaded = Sharp.Load(Rasters.Encode(raster));
        Assert.Equal(Icc, loaded.Metadata.IccProfile!.ToByteArray());
        Assert.Equal(metadata.Texts, loaded.Metadata.GetTesseraMetadata().Texts);

        ImageMetadata again = Rasters.Decode(Sharp.Save(loaded)).Info.Metadata;
        Assert.Equal(metadata.Texts.ToArray(), again.Texts.ToArray());
        Assert.Equal(
            metadata.Blocks.Select(b => (b.Kind, Convert.ToHexString(b.Data.Span))).Order(),
            again.Blocks.Select(b => (b.Kind, Convert.ToHexString(b.Data.Span))).Order());
        Assert.Equal(Icc, again.Find("icc")!.Data.ToArray());
        Assert.True(again.Blocks.IndexOf(again.Find("png:iCCP-name")!) < again.Blocks.IndexOf(again.Find("icc")!));
    }

    [Fact]
    public void Skipping_metadata_keeps_what_the_image_is_when_saving()
    {
        using Image<Bgr24> image = WithEverything();
        using Image loaded = Sharp.Load(Sharp.Save(image, new() { SkipMetadata = true }));
        AssertBare(loaded);
    }

    [Fact]
    public void Skipping_metadata_keeps_what_the_image_is_when_loading()
    {
        using Image<Bgr24> image = WithEverything();
        using Image loaded = Sharp.Load(Sharp.Save(image), new() { Configuration = Sharp.Configuration, SkipMetadata = true });
        AssertBare(loaded);
    }

    [Theory]
    [InlineData(TesseraMetadataParts.ColorProfiles, "icc png:cICP")]
    [InlineData(TesseraMetadataParts.Exif, "exif")]
    [InlineData(TesseraMetadataParts.Xmp, "xmp")]
    [InlineData(TesseraMetadataParts.Iptc, "iptc")]
    [InlineData(TesseraMetadataParts.Resolution, "png:pHYs imagesharp:resolution")]
    [InlineData(TesseraMetadataParts.OtherBlocks, "png:gAMA")]
    [InlineData(TesseraMetadataParts.Texts, "")]
    public void The_encoder_stores_the_parts_that_it_is_told_to(TesseraMetadataParts parts, string kinds)
    {
        using Image<Bgr24> image = WithEverything();
        ImageMetadata stored = Rasters.Decode(Sharp.Save(image, new() { MetadataParts = parts })).Info.Metadata;
        Assert.Equal(kinds, string.Join(' ', stored.Blocks.Select(b => b.Kind).Except(["imagesharp:pixel", "imagesharp:repeat"])));
        Assert.Equal(parts == TesseraMetadataParts.Texts ? 1 : 0, stored.Texts.Length);
    }

    [Fact]
    public void Delays_and_repeat_counts_come_from_other_formats_and_go_to_them()
    {
        using Image<Rgba32> image = new(4, 4, Color.Red.ToPixel<Rgba32>());
        image.Frames.AddFrame(new Image<Rgba32>(4, 4, Color.Blue.ToPixel<Rgba32>()).Frames.RootFrame);
        image.Metadata.GetGifMetadata().RepeatCount = 5;
        image.Frames[0].Metadata.GetGifMetadata().FrameDelay = 20;
        image.Frames[1].Metadata.GetGifMetadata().FrameDelay = 50;
        using Image loaded = Sharp.Load(Sharp.Save(image, new()));
        Assert.Equal(5u, loaded.Metadata.GetTesseraMetadata().RepeatCount);
        Assert.Equal([0.2, 0.5], loaded.Frames.Select(f => f.Metadata.GetTesseraMetadata().FrameDelay.ToDouble()));

        foreach (IImageEncoder encoder in new IImageEncoder[] { new PngEncoder(), new GifEncoder(), new WebpEncoder { FileFormat = WebpFileFormatType.Lossless } })
        {
            using var other = new MemoryStream();
            loaded.Save(other, encoder);
            other.Position = 0;
            using Image<Rgba32> back = Image.Load<Rgba32>(other);
            Assert.Equal(2, back.Frames.Count);
            Assert.Equal(5u, back.Metadata.GetTesseraMetadata().RepeatCount);
            Assert.Equal([0.2, 0.5], back.Frames.Select(f => f.Metadata.GetTesseraMetadata().FrameDelay.ToDouble()));
        }
    }

    [Fact]
    public void Texts_come_from_PNG_and_go_to_it()
    {
        using Image<L8> image = new(1, 1);
        image.Metadata.GetPngMetadata().TextData.Add(new("Author", "Жук", "ru", "Автор"));
        using Image loaded = Sharp.Load(Sharp.Save(image, new()));
        Assert.Equal([new("Author", "Жук", "ru", "Автор")], loaded.Metadata.GetTesseraMetadata().Texts);

        using var png = new MemoryStream();
        loaded.Save(png, new PngEncoder());
        png.Position = 0;
        Assert.Equal("Жук", Image.Load(png).Metadata.GetPngMetadata().TextData.Single().Value);
    }

    [Fact]
    public void Saving_leaves_the_images_metadata_alone()
    {
        using Image<L8> image = new(1, 1);
        image.Metadata.GetPngMetadata().TextData.Add(new("Author", "a", "", ""));
        Sharp.Save(image, new());
        Assert.False(image.Metadata.TryGetTesseraMetadata(out _));
        Assert.False(image.Frames.RootFrame.Metadata.TryGetTesseraMetadata(out TesseraFrameMetadata? _));
    }

    [Fact]
    public void Metadata_is_cloned_with_the_image_and_then_its_own()
    {
        using Image<Bgr24> image = WithEverything();
        using Image<Bgr24> clone = image.Clone();
        Assert.Equal(image.Metadata.GetTesseraMetadata().Texts, clone.Metadata.GetTesseraMetadata().Texts);
        Assert.Equal(image.Frames[1].Metadata.GetTesseraMetadata().FrameDelay, clone.Frames[1].Metadata.GetTesseraMetadata().FrameDelay);

        clone.Metadata.GetTesseraMetadata().Texts.Clear();
        clone.Frames[1].Metadata.GetTesseraMetadata().OtherBlocks.Add(new("a:b", new byte[1]));
        Assert.Single(image.Metadata.GetTesseraMetadata().Texts);
        Assert.Empty(image.Frames[1].Metadata.GetTesseraMetadata().OtherBlocks);
    }

    [Fact]
    public void A_changed_IPTC_profile_is_stored_as_changed_and_the_image_keeps_its_own()
    {
        using Image<L8> image = new(1, 1);
        image.Metadata.IptcProfile = new(Iptc);
        image.Metadata.IptcProfile.SetValue(IptcTag.City, "Ulm");
        using Image loaded = Sharp.Load(Sharp.Save(image, new()));
        Assert.Equal("Ulm", loaded.Metadata.IptcProfile!.GetValues(IptcTag.City).Single().Value);
        Assert.Equal(Iptc, image.Metadata.IptcProfile.Data);
    }

    private static Image<Bgr24> WithEverything()
    {
        Image<Bgr24> image = Sharp.Random<Bgr24>(5, 4, frames: 2);
        AddProfiles(image.Metadata);
        AddProfiles(image.Frames[1].Metadata);
        image.Metadata.HorizontalResolution = 300;
        TesseraMetadata own = image.Metadata.GetTesseraMetadata();
        own.RepeatCount = 0;
        own.Texts.Add(new("Title", "text"));
        own.OtherBlocks.Add(new("png:gAMA", new byte[4]));
        image.Frames[1].Metadata.GetTesseraMetadata().FrameDelay = new(1, 25);
        return image;
    }

    private static void AssertBare(Image loaded)
    {
        Assert.IsType<Image<Bgr24>>(loaded);
        TesseraMetadata own = loaded.Metadata.GetTesseraMetadata();
        Assert.Equal((0u, 0, 0, 96), (own.RepeatCount, own.Texts.Count, own.OtherBlocks.Count, loaded.Metadata.HorizontalResolution));
        Assert.Equal(new Rational(1, 25), loaded.Frames[1].Metadata.GetTesseraMetadata().FrameDelay);
        Assert.Null(loaded.Metadata.IccProfile);
        Assert.Null(loaded.Metadata.ExifProfile);
        Assert.Null(loaded.Frames[1].Metadata.XmpProfile);
    }

    private static void AddProfiles(SharpMetadata metadata) =>
        (metadata.ExifProfile, metadata.IccProfile, metadata.XmpProfile, metadata.IptcProfile, metadata.CicpProfile) =
            (new(Exif), new(Icc), new(Xmp), new(Iptc), new(9, 16, 0, true));

    private static void AddProfiles(ImageFrameMetadata metadata) =>
        (metadata.ExifProfile, metadata.IccProfile, metadata.XmpProfile, metadata.IptcProfile) = (new(Exif), new(Icc), new(Xmp), new(Iptc));

    private static void AssertProfiles(ExifProfile? exif, IccProfile? icc, XmpProfile? xmp, IptcProfile? iptc)
    {
        Assert.Equal(Exif, exif!.ToByteArray());
        Assert.Equal(Icc, icc!.ToByteArray());
        Assert.Equal(Xmp, xmp!.ToByteArray());
        Assert.Equal(Iptc, iptc!.Data);
    }
}
