using Tessera.Cli.Tests.Support;

namespace Tessera.Cli.Tests;

public sealed class ErrorTests : CliTest
{
    [Theory]
    [InlineData("encode")]
    [InlineData("frobnicate")]
    [InlineData("encode a.png --effort 0")]
    [InlineData("encode a.png --effort 10")]
    [InlineData("encode a.png --effort much")]
    [InlineData("encode a.png --tile -1")]
    [InlineData("encode a.png --best")]
    [InlineData("info -q a.tsra")]
    [InlineData("encode a.png --threads -1")]
    [InlineData("encode a.png --model unknown")]
    [InlineData("encode a.png b.png")]
    [InlineData("encode a.png b.png c.png")]
    [InlineData("encode a.png b.png -o -")]
    [InlineData("encode - a.png -o out")]
    [InlineData("encode - - --verify")]
    [InlineData("encode x/a.png y/a.png -o out")]
    [InlineData("decode a.tsra --format gif")]
    [InlineData("decode a.tsra b.gif")]
    [InlineData("decode a.tsra --region 0,0,1")]
    [InlineData("decode a.tsra --region 0,0,0,1")]
    [InlineData("decode a.tsra --region 0,-1,1,1")]
    [InlineData("decode a.tsra --region 0,0,1,1 --recover")]
    [InlineData("decode - --region 0,0,1,1")]
    [InlineData("verify a.tsra b.tsra --against a.png")]
    [InlineData("verify - --against -")]
    [InlineData("verify")]
    [InlineData("verify --manifest work.jsonl --against a.png")]
    [InlineData("encode a.png --shard 0/2")]
    [InlineData("encode a.png --manifest work.jsonl --shard 2/2")]
    [InlineData("encode a.png --manifest work.jsonl --shard 0/0")]
    [InlineData("encode - --manifest work.jsonl")]
    public async Task A_command_line_that_makes_no_sense_exits_with_2(string line)
    {
        CliResult result = await RunAsync(line.Split(' '));
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("tessera: ", result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData("encode", "none.png")]
    [InlineData("decode", "none.tsra")]
    [InlineData("verify", "none.tsra")]
    [InlineData("info", "none.tsra")]
    public async Task A_file_that_is_not_there_exits_with_3(string command, string name)
    {
        CliResult result = await RunAsync(command, At(name));
        Assert.Equal(3, result.ExitCode);
        AssertOneLine(result.Error, $"{At(name)}: No such file");
    }

    [Fact]
    public async Task A_folder_without_images_exits_with_3()
    {
        CliResult result = await RunAsync("encode", Folder);
        Assert.Equal(3, result.ExitCode);
        AssertOneLine(result.Error, "*.png");
    }

    [Fact]
    public async Task A_folder_of_plugins_that_is_not_there_exits_with_3()
    {
        CliResult result = await RunAsync("models", "--plugins", At("none"));
        Assert.Equal(3, result.ExitCode);
        AssertOneLine(result.Error, At("none"));
    }

    [Fact]
    public async Task A_folder_cannot_be_written_over_by_a_file()
    {
        string png = WritePng("photo.png");
        Directory.CreateDirectory(At("photo.tsra"));
        CliResult result = await RunAsync("encode", png, "--force");
        Assert.Equal(3, result.ExitCode);
        AssertOneLine(result.Error, "not a regular file");
    }

    [Fact]
    public async Task A_file_that_is_no_image_exits_with_1()
    {
        File.WriteAllText(At("a.png"), "These are words.");
        CliResult result = await RunAsync("encode", At("a.png"));
        Assert.Equal(1, result.ExitCode);
        AssertOneLine(result.Error, $"{At("a.png")}: This is not an image");
    }

    [Fact]
    public async Task One_bad_file_does_not_keep_the_others_from_being_coded()
    {
        WritePng("a.png");
        File.WriteAllBytes(At("b.png"), []);
        WritePng("c.png");
        CliResult result = await RunAsync("encode", Folder);
        Assert.Equal(1, result.ExitCode);
        AssertOneLine(result.Error, $"{At("b.png")}: The file is empty.");
        Assert.Equal(["a.png", "a.tsra", "b.png", "c.png", "c.tsra"], Files());
    }

    [Fact]
    public async Task A_model_that_is_not_installed_is_named()
    {
        string png = WritePng("photo.png");
        Model = new("other", 3);
        await RunAsync("encode", png);
        Model = new("raw", 1);
        CliResult result = await RunAsync("decode", At("photo.tsra"), At("back.png"));
        Assert.Equal(1, result.ExitCode);
        AssertOneLine(result.Error, "other version 3");
        Assert.Contains("raw version 1", result.Error, StringComparison.Ordinal);
        Assert.Equal(["photo.png", "photo.tsra"], Files());
    }

    [Fact]
    public async Task An_image_is_not_written_to_a_terminal()
    {
        CliResult result = await RunAsync(["encode", "-"], PngOf(4, 4, 1), isTerminal: true);
        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Bytes);
    }
}
