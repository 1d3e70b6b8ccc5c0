using System.Text.Json;
using Tessera.Cli.Tests.Support;
using Tessera.Tests.Support;

namespace Tessera.Cli.Tests;

/// <summary>What the program does about damage: it finds all of it, and saves the rest.</summary>
public sealed class RepairTests : CliTest
{
    [Fact]
    public async Task Verify_finds_a_flipped_bit_in_any_byte()
    {
        Model = new RawModel { Tiling = new(4, 1), SegmentTiles = 2 };
        await RunAsync("encode", WritePng("photo.png", 9, 5));
        byte[] file = File.ReadAllBytes(At("photo.tsra"));
        for (int i = 0; i < file.Length; i++)
        {
            byte[] damaged = [.. file];
            damaged[i] ^= (byte)(1 << (i % 8));
            CliResult result = await RunAsync(["verify", "-"], damaged);
            Assert.Equal(1, result.ExitCode);
            AssertOneLine(result.Error, "standard input: ");
        }
    }

    [Fact]
    public async Task Repair_saves_what_is_whole_and_every_command_says_what_is_lost()
    {
        await EncodeAndDamageAsync();
        CliResult result = await RunAsync("repair", At("photo.tsra"));
        Assert.Equal(1, result.ExitCode);
        AssertOneLine(result.Error, "3 of 6 tiles are lost");
        Assert.Contains("photo.repaired.tsra", result.Error, StringComparison.Ordinal);
        Assert.Equal(["photo.png", "photo.repaired.tsra", "photo.tsra"], Files());

        const string Lost = "repaired, with 3 of 6 tiles lost: 3 to 5";
        string repaired = At("photo.repaired.tsra");
        CliResult verified = await RunAsync("verify", repaired);
        Assert.Equal(0, verified.ExitCode);
        Assert.Contains("whole; 40 x 30", verified.Output, StringComparison.Ordinal);
        Assert.Contains(Lost, verified.Output, StringComparison.Ordinal);
        Assert.Contains(Lost, (await RunAsync("info", repaired)).Output, StringComparison.Ordinal);
        using var document = JsonDocument.Parse((await RunAsync("info", "--json", repaired)).Output);
        JsonElement lost = Assert.Single(document.RootElement.GetProperty("lost").EnumerateArray());
        Assert.Equal((3, 3), (lost.GetProperty("firstTile").GetInt32(), lost.GetProperty("tiles").GetInt32()));
        Assert.Equal((0, 3), (lost.GetProperty("firstChannel").GetInt32(), lost.GetProperty("channels").GetInt32()));

        CliResult decoded = await RunAsync("decode", repaired, At("back.png"));
        Assert.Equal(0, decoded.ExitCode);
        AssertOneLine(decoded.Error, Lost);
        CliResult recovered = await RunAsync("decode", "--recover", At("photo.tsra"), At("recovered.png"));
        Assert.Equal(1, recovered.ExitCode);
        await AssertSamePixelsAsync(File.ReadAllBytes(At("recovered.png")), File.ReadAllBytes(At("back.png")));
    }

    [Fact]
    public async Task A_whole_file_is_copied()
    {
        await RunAsync("encode", WritePng("photo.png"));
        CliResult result = await RunAsync("repair", At("photo.tsra"), At("copy.tsra"));
        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Error));
        Assert.Equal(File.ReadAllBytes(At("photo.tsra")), File.ReadAllBytes(At("copy.tsra")));
    }

    [Fact]
    public async Task A_damaged_header_leaves_no_output()
    {
        await RunAsync("encode", WritePng("photo.png"));
        byte[] file = File.ReadAllBytes(At("photo.tsra"));
        file[20] ^= 1;
        File.WriteAllBytes(At("photo.tsra"), file);
        CliResult result = await RunAsync("repair", At("photo.tsra"));
        Assert.Equal(1, result.ExitCode);
        AssertOneLine(result.Error, "at byte");
        Assert.Equal(["photo.png", "photo.tsra"], Files());
    }

    [Fact]
    public async Task The_damaged_file_is_never_replaced()
    {
        await EncodeAndDamageAsync();
        byte[] damaged = File.ReadAllBytes(At("photo.tsra"));
        CliResult result = await RunAsync("repair", "--force", At("photo.tsra"), At("photo.tsra"));
        Assert.Equal(2, result.ExitCode);
        AssertOneLine(result.Error, "name another output");
        Assert.Equal(damaged, File.ReadAllBytes(At("photo.tsra")));

        File.WriteAllText(At("photo.repaired.tsra"), "mine");
        Assert.Equal(3, (await RunAsync("repair", At("photo.tsra"))).ExitCode);
        Assert.Equal("mine", File.ReadAllText(At("photo.repaired.tsra")));
    }

    [Theory]
    [InlineData("-", "out.tsra")]
    [InlineData("photo.tsra", "-")]
    public async Task Standard_streams_are_refused(string input, string output)
    {
        await RunAsync("encode", WritePng("photo.png"));
        CliResult result = await RunAsync("repair", input == "-" ? input : At(input), output == "-" ? output : At(output));
        Assert.Equal(2, result.ExitCode);
        AssertOneLine(result.Error, "name files");
    }

    [Fact]
    public async Task A_folder_is_repaired_into_another()
    {
        await EncodeAndDamageAsync("in/");
        CliResult result = await RunAsync("repair", At("in"), "--output", At("out"));
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(["out/photo.repaired.tsra"], Files().Where(f => f.StartsWith("out", StringComparison.Ordinal)));
    }

    private async Task EncodeAndDamageAsync(string folder = "")
    {
        await RunAsync("encode", WritePng(folder + "photo.png"));
        byte[] file = File.ReadAllBytes(At(folder + "photo.tsra"));
        file[^500] ^= 1;
        File.WriteAllBytes(At(folder + "photo.tsra"), file);
    }
}
