using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Pbm;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Qoi;
using SixLabors.ImageSharp.Formats.Tga;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;

namespace Tessera.ImageSharp.Tests;

/// <summary>The format as ImageSharp registers and finds it.</summary>
public sealed class FormatTests
{
    [Fact]
    public void A_name_an_extension_and_a_MIME_type_find_the_format()
    {
        Assert.True(Sharp.Configuration.ImageFormatsManager.TryFindFormatByFileExtension(".TSRA", out IImageFormat? byExtension));
        Assert.True(Sharp.Configuration.ImageFormatsManager.TryFindFormatByMimeType("image/x-tessera", out IImageFormat? byType));
        Assert.Same(TesseraFormat.Instance, byExtension);
        Assert.Same(TesseraFormat.Instance, byType);
        Assert.Equal("Tessera", byType!.Name);
    }

    [Fact]
    public void The_format_is_found_by_content_among_all_of_ImageSharps_own()
    {
        Configuration all = new(
            new BmpConfigurationModule(), new GifConfigurationModule(), new JpegConfigurationModule(), new PbmConfigurationModule(), new PngConfigurationModule(),
            new QoiConfigurationModule(), new TgaConfigurationModule(), new TiffConfigurationModule(), new WebpConfigurationModule(), new TesseraConfigurationModule());
        byte[] file = Sharp.Save(Sharp.Random<L8>(3, 3));
        Assert.Same(TesseraFormat.Instance, Image.DetectFormat(new DecoderOptions { Configuration = all }, new MemoryStream(file)));

        using Image<Rgba32> image = new(1, 1);
        foreach (IImageFormat format in all.ImageFormatsManager.ImageFormats)
        {
            using var other = new MemoryStream();
            image.Save(other, all.ImageFormatsManager.GetEncoder(format));
            other.Position = 0;
            Assert.Same(format, Image.DetectFormat(new DecoderOptions { Configuration = all }, other));
        }
    }

    [Fact]
    public void The_detector_asks_for_the_signature_and_no_more()
    {
        var detector = new TesseraImageFormatDetector();
        byte[] signature = [0xD4, .. "TSRA\n"u8];
        Assert.Equal(signature.Length, detector.HeaderSize);
        Assert.True(detector.TryDetectFormat(signature, out IImageFormat? format));
        Assert.Same(TesseraFormat.Instance, format);
        for (int i = 0; i < signature.Length; i++)
        {
            byte[] other = [.. signature];
            other[i] ^= 1;
            Assert.False(detector.TryDetectFormat(other, out format));
            Assert.Null(format);
            Assert.False(detector.TryDetectFormat(signature.AsSpan(0, i), out _));
        }
    }

    [Fact]
    public void A_decoded_image_knows_its_format()
    {
        byte[] file = Sharp.Save(Sharp.Random<L8>(3, 3));
        Assert.Same(TesseraFormat.Instance, Sharp.Load(file).Metadata.DecodedImageFormat);
        Assert.Same(TesseraFormat.Instance, Sharp.Load<Rgb24>(file).Metadata.DecodedImageFormat);
    }

    [Fact]
    public async Task A_decoded_image_knows_its_format_after_asynchronous_calls_too()
    {
        byte[] file = Sharp.Save(Sharp.Random<L8>(3, 3));
        Assert.Same(TesseraFormat.Instance, (await Image.LoadAsync(Sharp.Options, new MemoryStream(file))).Metadata.DecodedImageFormat);
        Assert.Same(TesseraFormat.Instance, (await Image.LoadAsync<Rgb24>(Sharp.Options, new MemoryStream(file))).Metadata.DecodedImageFormat);
        Assert.Same(TesseraFormat.Instance, (await Image.IdentifyAsync(Sharp.Options, new MemoryStream(file))).Metadata.DecodedImageFormat);
    }

    [Fact]
    public void Other_content_is_an_unknown_format() =>
        Assert.Throws<UnknownImageFormatException>(() => Sharp.Load([.. "not an image"u8]));

    [Fact]
    public async Task Images_are_saved_to_files_by_name_and_by_extension_method()
    {
        string folder = Directory.CreateTempSubdirectory("tessera-imagesharp-").FullName;
        try
        {
            using Image<Rgb24> image = Sharp.Random<Rgb24>(9, 5);
            string Path(string name) => System.IO.Path.Combine(folder, name);
            image.Save(Path("a.tsra"));
            await image.SaveAsync(Path("b.tsra"));
            image.SaveAsTessera(Path("c"));
            await image.SaveAsTesseraAsync(Path("d"));
            image.SaveAsTessera(Path("e"), new TesseraEncoder());
            await image.SaveAsTesseraAsync(Path("f"), new TesseraEncoder());
            foreach (string file in Directory.GetFiles(folder))
            {
                using Image<Rgb24> loaded = Image.Load<Rgb24>(Sharp.Options, file);
                Assert.Equal(Sharp.Bytes(image), Sharp.Bytes(loaded));
            }

            Assert.Equal(6, Directory.GetFiles(folder).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_extension_methods_need_no_registration()
    {
        using Image<L8> image = new(new Configuration(), 3, 2);
        using var file = new MemoryStream();
        image.SaveAsTessera(file);
        Assert.IsType<Image<L8>>(Sharp.Load(file.ToArray()));
    }

    [Fact]
    public void A_configuration_that_has_the_decoder_alone_loads()
    {
        var configuration = new Configuration();
        configuration.ImageFormatsManager.SetDecoder(TesseraFormat.Instance, TesseraDecoder.Instance);
        configuration.ImageFormatsManager.AddImageFormatDetector(new TesseraImageFormatDetector());
        using Image loaded = Sharp.Load(Sharp.Save(Sharp.Random<L8>(3, 2)), new() { Configuration = configuration });
        Assert.Equal(new Size(3, 2), loaded.Size);
    }

    [Fact]
    public void Encoders_use_the_models_that_the_format_was_registered_with()
    {
        Configuration none = new(new TesseraConfigurationModule(ModelRegistry.Empty));
        using Image<L8> image = new(none, 3, 2);
        var e = Assert.Throws<ArgumentException>(() => Sharp.Save(image, new() { Effort = 1 }));
        Assert.Contains("no model is installed", e.Message, StringComparison.Ordinal);

        byte[] file = Sharp.Save(image, new() { Registry = Rasters.Registry });
        var missing = Assert.Throws<InvalidImageContentException>(() => Sharp.Load(file, new() { Configuration = none }));
        Assert.Contains("classic version 1", missing.Message, StringComparison.Ordinal);
        using Image<L8> loaded = TesseraDecoder.Instance.Decode<L8>(
            new TesseraDecoderOptions { GeneralOptions = new() { Configuration = none }, Registry = Rasters.Registry }, new MemoryStream(file));
        Assert.Equal(3, loaded.Width);
    }
}
