using Tessera.Cli.Tests.Support;

namespace Tessera.Cli.Tests;

public sealed class RegionTests : CliTest
{
    [Fact]
    public async Task A_region_is_that_part_of_the_image()
    {
        string png = WritePng("photo.png");
        await RunAsync("encode", png);
        Assert.Equal(0, (await RunAsync("decode", "--region", "7,5,20,25", At("photo.tsra"), At("part.png"))).ExitCode);
        using Raster whole = await ReadPngAsync(File.ReadAllBytes(png)), part = await ReadPngAsync(File.ReadAllBytes(At("part.png")));
        Assert.Equal((20, 25), (part.Info.Width, part.Info.Height));
        for (int channel = 0; channel < 3; channel++)
        {
            for (int y = 0; y < 25; y++)
                Assert.True(part.Frames[0].Samples.Row(channel, y).SequenceEqual(whole.Frames[0].Samples.Row(channel, 5 + y).Slice(7, 20)));
        }
    }

    [Fact]
    public async Task Damage_elsewhere_does_not_matter_and_within_the_region_is_an_error()
    {
        await RunAsync("encode", WritePng("photo.png", 48, 48));
        byte[] file = File.ReadAllBytes(At("photo.tsra"));
        file[100] ^= 1;
        File.WriteAllBytes(At("photo.tsra"), file);
        Assert.Equal(0, (await RunAsync("decode", "--region", "0,16,48,32", At("photo.tsra"), At("lower.png"))).ExitCode);
        CliResult damaged = await RunAsync("decode", "--region", "0,15,48,32", At("photo.tsra"), At("upper.png"));
        Assert.Equal(1, damaged.ExitCode);
        AssertOneLine(damaged.Error, "at byte");
        Assert.Equal(["lower.png", "photo.png", "photo.tsra"], Files());
    }

    [Fact]
    public async Task A_region_beyond_the_image_exits_with_2_and_leaves_no_file()
    {
        await RunAsync("encode", WritePng("photo.png"));
        CliResult result = await RunAsync("decode", "--region", "7,5,34,25", At("photo.tsra"), At("part.png"));
        Assert.Equal(2, result.ExitCode);
        AssertOneLine(result.Error, "The region of 34 x 25 pixels at column 7, row 5 is not within the image of 40 x 30 pixels.");
        Assert.Equal(["photo.png", "photo.tsra"], Files());
    }
}
