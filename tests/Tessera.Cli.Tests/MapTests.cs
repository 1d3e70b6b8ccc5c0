using Tessera.Cli.Maps;
using Tessera.Cli.Tests.Support;
using Tessera.Tests.Support;

namespace Tessera.Cli.Tests;

/// <summary><c>tessera info --map</c>.</summary>
public sealed class MapTests : CliTest
{
    [Fact]
    public async Task Colours_tell_which_segments_take_more()
    {
        // Tiles of 16 x 16, one a segment; those at the left end of a row take three times as much.
        Model = new() { SegmentTiles = 1, WasteOf = tiles => tiles.Tiles[0].X == 0 ? 4 * 16 * 16 * 3 : 0 };
        await RunAsync("encode", WritePng("photo.png", 48, 32));
        using Raster map = await MapAsync("--map-of", "bits");

        // Enlarged tenfold, to 480 x 320; the legend lies below.
        Assert.Equal(600, map.Info.Width);
        Assert.InRange(map.Info.Height, 321, 400);
        Assert.True(IsNearer(Mean(map, 10, 10, 140, 140), ColorScale.At(1), ColorScale.At(0)));
        Assert.True(IsNearer(Mean(map, 170, 10, 140, 140), ColorScale.At(0), ColorScale.At(1)));
        Assert.True(IsNearer(Mean(map, 330, 170, 140, 140), ColorScale.At(0), ColorScale.At(1)));
    }

    [Fact]
    public async Task Frames_tell_models_and_enclose_what_one_segment_holds()
    {
        await RunAsync("encode", WritePng("photo.png", 96, 32));
        using Raster map = await MapAsync("--map-of", "both");

        // Enlarged fivefold: tiles of 80 pixels, three in a segment, so that frames are at 0, 240, 480 and not at 80 and 160.
        Rgb model = ModelColors.Of(0);
        foreach (int x in (int[])[0, 239, 240, 479])
            Assert.Equal(model, Pixel(map, x, 40));
        foreach (int x in (int[])[79, 80, 81, 160])
            Assert.NotEqual(model, Pixel(map, x, 40));
        Assert.Equal(model, Pixel(map, 100, 79));
        Assert.Equal(model, Pixel(map, 100, 80));
    }

    [Theory]
    [InlineData(1, 8, AlphaKind.None)]
    [InlineData(3, 16, AlphaKind.None)]
    [InlineData(2, 8, AlphaKind.Straight)]
    [InlineData(4, 16, AlphaKind.Straight)]
    public async Task The_picture_is_the_image_made_small(int channels, int depth, AlphaKind alpha)
    {
        using Raster image = ScaledPicture.Noise(new(1003, 77, new(channels, depth, alpha)), seed: 2);
        await using var sink = new GreyPictureSink(0, 128);
        await image.AsSource().CopyToAsync(sink);
        GreyPicture picture = sink.Picture;
        Assert.Equal((8, 126, 10), (picture.Factor, picture.Width, picture.Height));
        for (int i = 0; i < picture.Pixels.Length; i++)
        {
            byte[] pixel = ScaledPicture.Pixel(image, 3, i % picture.Width, i / picture.Width);
            double grey = channels < 3 ? pixel[0] : (0.2126 * pixel[0]) + (0.7152 * pixel[1]) + (0.0722 * pixel[2]);
            double opacity = alpha == AlphaKind.None ? 1 : pixel[^1] / 255.0;
            Assert.InRange(picture.Pixels[i] - ((grey * opacity) + (128 * (1 - opacity))), -2.5, 2.5);
        }
    }

    [Fact]
    public async Task Large_images_are_made_small()
    {
        await RunAsync("encode", WritePng("photo.png", 1000, 300));
        using Raster map = await MapAsync("--map-size", "100");
        Assert.Equal(600, map.Info.Width);

        // A tenth is 100 x 30, enlarged fivefold to be seen.
        Assert.NotEqual(Rgb.Grey(24), Pixel(map, 499, 149));
        Assert.Equal(Rgb.Grey(24), Pixel(map, 500, 149));
    }

    [Fact]
    public async Task What_is_lost_of_a_damaged_file_is_marked()
    {
        await RunAsync("encode", WritePng("photo.png", 96, 32));
        byte[] file = await File.ReadAllBytesAsync(At("photo.tsra"));
        file[500] ^= 1;
        await File.WriteAllBytesAsync(At("photo.tsra"), file);
        Assert.Equal(1, (await RunAsync("info", At("photo.tsra"), "--map", At("map.png"))).ExitCode);
        Assert.False(File.Exists(At("map.png")));
        using Raster map = await MapAsync("--recover");
        Assert.Contains(ModelColors.Lost, Enumerable.Range(20, 100).Select(x => Pixel(map, x, 40)));
        Assert.DoesNotContain(ModelColors.Lost, Enumerable.Range(260, 100).Select(x => Pixel(map, x, 40)));
    }

    [Fact]
    public async Task Another_frame_has_a_map_of_its_own()
    {
        using Raster first = ScaledPicture.Noise(new(64, 48, new(1, 8)), 1), second = Raster.Create(new(64, 48, new(1, 8)));
        using var both = new Raster(first.Info with { FrameCount = 2 }, [first.Frames[0], second.Frames[0]]);
        await RunningView.EncodeAsync(both, At("photo.tsra"), Model);
        using Raster map = await MapAsync("--frame", "1");
        Assert.Single(Enumerable.Range(0, 40).Select(i => Pixel(map, 20 + i, 20 + i)).Distinct());
        CliResult third = await RunAsync("info", At("photo.tsra"), "--map", At("other.png"), "--frame", "2");
        Assert.Equal(2, third.ExitCode);
        AssertOneLine(third.Error, "There is no frame 2");
        Assert.False(File.Exists(At("other.png")));
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        await RunAsync("encode", WritePng("photo.png"));
        await RunAsync("encode", WritePng("other.png"));
        string map = At("map.png");
        Assert.Equal(2, (await RunAsync("info", At("photo.tsra"), At("other.tsra"), "--map", map)).ExitCode);
        Assert.Equal(2, (await RunAsync(["info", "-", "--map", map], await File.ReadAllBytesAsync(At("photo.tsra")))).ExitCode);
        Assert.Equal(2, (await RunAsync("info", At("photo.tsra"), "--map", At("map.gif"))).ExitCode);
        Assert.Equal(2, (await RunAsync("info", At("photo.tsra"), "--map", map, "--map-of", "bytes")).ExitCode);
        Assert.Equal(2, (await RunAsync("info", At("photo.tsra"), "--map", map, "--map-size", "0")).ExitCode);
        Assert.False(File.Exists(map));
        Assert.Equal(0, (await RunAsync("info", At("photo.tsra"), "--map", map)).ExitCode);
        Assert.Equal(3, (await RunAsync("info", At("photo.tsra"), "--map", map)).ExitCode);
        Assert.Equal(0, (await RunAsync("info", At("photo.tsra"), "--map", map, "--force")).ExitCode);
    }

    [Fact]
    public void The_scale_grows_evenly_in_lightness()
    {
        double[] lightness = [.. Enumerable.Range(0, 41).Select(i => Lightness(ColorScale.At(i / 40.0)))];
        double step = (lightness[^1] - lightness[0]) / 40;
        Assert.All(lightness.Zip(lightness.Skip(1), (a, b) => b - a), d => Assert.InRange(d, 0.5 * step, 1.5 * step));
    }

    [Fact]
    public void The_font_has_what_legends_say() =>
        Assert.All("abcdefghijklmnopqrstuvwxyz0123456789-/.,: ", c => Assert.True(BitmapFont.Default.Has(c), $"There is no '{c}'."));

    private static double Lightness(Rgb color)
    {
        double y = (0.2126 * Linear(color.R)) + (0.7152 * Linear(color.G)) + (0.0722 * Linear(color.B));
        return y > 0.008856 ? (116 * Math.Cbrt(y)) - 16 : 903.3 * y;

        static double Linear(byte value) => value / 255.0 is var v and > 0.04045 ? Math.Pow((v + 0.055) / 1.055, 2.4) : value / 255.0 / 12.92;
    }

    private static Rgb Pixel(Raster image, int x, int y)
    {
        PlanarBuffer samples = image.Frames[0].Samples;
        return new((byte)samples.Row(0, y)[x], (byte)samples.Row(1, y)[x], (byte)samples.Row(2, y)[x]);
    }

    private static Rgb Mean(Raster image, int left, int top, int width, int height)
    {
        double[] sums = new double[3];
        for (int y = top; y < top + height; y++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                foreach (ushort sample in image.Frames[0].Samples.Row(channel, y).Slice(left, width))
                    sums[channel] += sample;
            }
        }

        return new((byte)(sums[0] / width / height), (byte)(sums[1] / width / height), (byte)(sums[2] / width / height));
    }

    private static bool IsNearer(Rgb color, Rgb to, Rgb than)
    {
        return Distance(to) < Distance(than);

        int Distance(Rgb other) => ((color.R - other.R) * (color.R - other.R)) + ((color.G - other.G) * (color.G - other.G)) + ((color.B - other.B) * (color.B - other.B));
    }

    private async Task<Raster> MapAsync(params string[] options)
    {
        CliResult result = await RunAsync(["info", At("photo.tsra"), "--map", At("map.png"), .. options]);
        Assert.Equal(0, result.ExitCode);
        return await ReadPngAsync(await File.ReadAllBytesAsync(At("map.png")));
    }
}
