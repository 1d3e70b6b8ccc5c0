using System.Text.Json;
using Tessera.Cli.Tests.Support;
using Tessera.Tests.Support;

namespace Tessera.Cli.Tests;

public sealed class InspectionTests : CliTest
{
    [Fact]
    public async Task Info_shows_image_models_sizes_and_a_heat_map()
    {
        await RunAsync("encode", WritePng("photo.png"));
        CliResult result = await RunAsync("info", At("photo.tsra"));
        Assert.Equal(0, result.ExitCode);
        foreach (string expected in (string[])["40 x 30, RGB, 8 bit(s)", "raw version 1", "bits per subpixel of the tiles", $"{new FileInfo(At("photo.tsra")).Length:N0} bytes"])
            Assert.Contains(expected, result.Output, StringComparison.Ordinal);

        // Tiles of 16 x 16: 3 columns and 2 rows, two characters for each.
        string[] lines = result.Output.TrimEnd().Split(Environment.NewLine);
        Assert.All(lines[^2..], line => Assert.Equal(2 + (3 * 2), line.Length));
    }

    [Fact]
    public async Task Info_in_json_agrees_with_the_file()
    {
        await RunAsync("encode", WritePng("photo.png"));
        CliResult result = await RunAsync("info", "--json", At("photo.tsra"));
        using var document = JsonDocument.Parse(result.Output);
        JsonElement root = document.RootElement;
        Assert.Equal((40, 30), (root.GetProperty("width").GetInt32(), root.GetProperty("height").GetInt32()));
        long length = new FileInfo(At("photo.tsra")).Length;
        Assert.Equal(length, root.GetProperty("bytes").GetInt64());
        Assert.Equal(length * 8.0 / (40 * 30 * 3), root.GetProperty("bitsPerSubpixel").GetDouble(), 9);
        Assert.Equal("raw", root.GetProperty("models")[0].GetProperty("id").GetString());
        Assert.Equal(6, root.GetProperty("segments").EnumerateArray().Sum(s => s.GetProperty("tiles").GetInt32()));
    }

    [Fact]
    public async Task Info_needs_no_model()
    {
        Model = new("other", 1);
        await RunAsync("encode", WritePng("photo.png"));
        Model = new("raw", 1);
        Assert.Contains("other version 1", (await RunAsync("info", At("photo.tsra"))).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Info_shows_the_supplies_of_bits_back_models_and_measures_them_if_it_is_asked()
    {
        Preferred = new LatentChain(1) { SegmentTiles = 20 };
        await RunAsync("encode", WritePng("photo.png"));
        (JsonElement[] segments, string text) = (await Segments(), (await RunAsync("info", At("photo.tsra"))).Output);
        Assert.Equal(4, segments.Length);
        Assert.All(segments, s => Assert.Equal(JsonValueKind.Null, s.GetProperty("supply").GetProperty("usedBytes").ValueKind));
        int wasted = segments.Sum(s => s.GetProperty("supply").GetProperty("wastedBits").GetInt32());
        Assert.Contains($"supply    4 starter tile(s) in 4 of 4 segment(s), {wasted} bit(s) wasted in final states", text, StringComparison.Ordinal);
        Assert.DoesNotContain("used", text, StringComparison.Ordinal);

        segments = await Segments("--supply");
        int bytes = segments.Sum(s => s.GetProperty("supply").GetProperty("bytes").GetInt32());
        int used = segments.Sum(s => s.GetProperty("supply").GetProperty("usedBytes").GetInt32());
        Assert.InRange(used, 1, bytes - 1);
        text = (await RunAsync("info", "--supply", At("photo.tsra"))).Output;
        Assert.Contains($"in final states; {used} of {bytes} bytes used", text, StringComparison.Ordinal);

        Preferred = null;
        CliResult result = await RunAsync("info", "--supply", At("photo.tsra"));
        Assert.Equal(1, result.ExitCode);
        AssertOneLine(result.Error, "chain version 1");

        async Task<JsonElement[]> Segments(params string[] options)
        {
            using var document = JsonDocument.Parse((await RunAsync(["info", "--json", .. options, At("photo.tsra")])).Output);
            return [.. document.RootElement.Clone().GetProperty("segments").EnumerateArray()];
        }
    }

    [Fact]
    public async Task Models_lists_what_is_installed() =>
        Assert.Equal("raw\tversion 1\tno weights" + Environment.NewLine, (await RunAsync("models")).Output);

    [Fact]
    public async Task Verify_accepts_a_whole_file_and_finds_one_changed_bit()
    {
        await RunAsync("encode", WritePng("photo.png"));
        Assert.Equal(0, (await RunAsync("verify", At("photo.tsra"))).ExitCode);

        byte[] file = File.ReadAllBytes(At("photo.tsra"));
        file[file.Length / 2] ^= 1;
        File.WriteAllBytes(At("photo.tsra"), file);
        CliResult result = await RunAsync("verify", At("photo.tsra"));
        Assert.Equal(1, result.ExitCode);
        AssertOneLine(result.Error, "at byte");
    }

    [Fact]
    public async Task Verify_compares_with_an_image_and_says_which_pixel_differs()
    {
        string png = WritePng("photo.png");
        await RunAsync("encode", png);
        Assert.Equal(0, (await RunAsync("verify", At("photo.tsra"), "--against", png)).ExitCode);

        CliResult other = await RunAsync("verify", At("photo.tsra"), "--against", WritePng("other.png", seed: 2));
        Assert.Equal(1, other.ExitCode);
        AssertOneLine(other.Error, "column 0, row 0");

        CliResult larger = await RunAsync("verify", At("photo.tsra"), "--against", WritePng("larger.png", width: 41));
        Assert.Equal(1, larger.ExitCode);
        AssertOneLine(larger.Error, "41 x 30");
    }

    [Fact]
    public async Task Recovery_saves_the_tiles_that_are_whole_and_says_what_is_lost()
    {
        string png = WritePng("photo.png");
        await RunAsync("encode", png);
        byte[] file = File.ReadAllBytes(At("photo.tsra"));
        file[file.Length - 500] ^= 1;
        File.WriteAllBytes(At("photo.tsra"), file);

        Assert.Equal(1, (await RunAsync("decode", At("photo.tsra"), At("back.png"))).ExitCode);
        Assert.False(File.Exists(At("back.png")));
        CliResult result = await RunAsync("decode", "--recover", At("photo.tsra"), At("back.png"));
        Assert.Equal(1, result.ExitCode);
        AssertOneLine(result.Error, "3 of 6 tiles are lost");

        using Raster before = await ReadPngAsync(File.ReadAllBytes(png)), after = await ReadPngAsync(File.ReadAllBytes(At("back.png")));
        Assert.Equal(before.Frames[0].Samples.Row(0, 15).ToArray(), after.Frames[0].Samples.Row(0, 15).ToArray());
        Assert.All(after.Frames[0].Samples.Row(0, 16).ToArray(), sample => Assert.Equal(0, sample));
    }
}
