using Tessera.Cli.Tests.Support;

namespace Tessera.Cli.Tests;

public sealed class ConversionTests : CliTest
{
    [Fact]
    public async Task A_file_comes_back_with_the_same_pixels()
    {
        string png = WritePng("photo.png");
        Assert.Equal(0, (await RunAsync("encode", png, At("photo.tsra"))).ExitCode);
        Assert.Equal(0, (await RunAsync("decode", At("photo.tsra"), At("back.png"))).ExitCode);
        await AssertSamePixelsAsync(File.ReadAllBytes(png), File.ReadAllBytes(At("back.png")));
    }

    [Fact]
    public async Task Without_an_output_the_file_lies_beside_its_input()
    {
        string png = WritePng("photo.png");
        Assert.Equal(0, (await RunAsync("encode", png)).ExitCode);
        File.Delete(png);
        Assert.Equal(0, (await RunAsync("decode", At("photo.tsra"))).ExitCode);
        Assert.Equal(["photo.png", "photo.tsra"], Files());
    }

    [Fact]
    public async Task A_folder_is_mirrored_with_its_folders()
    {
        string first = WritePng("in/a.png", seed: 1), second = WritePng("in/b/c/d.PNG", seed: 2);
        File.WriteAllText(At("in/notes.txt"), "not an image");
        Assert.Equal(0, (await RunAsync("encode", At("in"), At("coded"))).ExitCode);
        Assert.Equal(0, (await RunAsync("decode", At("coded"), "--output", At("out"))).ExitCode);
        Assert.Equal(["coded/a.tsra", "coded/b/c/d.tsra", "in/a.png", "in/b/c/d.PNG", "in/notes.txt", "out/a.png", "out/b/c/d.png"], Files());
        await AssertSamePixelsAsync(File.ReadAllBytes(first), File.ReadAllBytes(At("out/a.png")));
        await AssertSamePixelsAsync(File.ReadAllBytes(second), File.ReadAllBytes(At("out/b/c/d.png")));
    }

    [Fact]
    public async Task Several_files_go_into_a_folder()
    {
        string first = WritePng("x/a.png"), second = WritePng("y/b.png"), third = WritePng("c.png");
        Assert.Equal(0, (await RunAsync("encode", first, second, third, "-o", At("out"))).ExitCode);
        Assert.Equal(["c.png", "out/a.tsra", "out/b.tsra", "out/c.tsra", "x/a.png", "y/b.png"], Files());
    }

    [Fact]
    public async Task Standard_streams_carry_images_and_nothing_else()
    {
        byte[] png = PngOf(33, 21, 5);
        CliResult encoded = await RunAsync(["encode", "-"], png);
        CliResult decoded = await RunAsync(["decode", "-"], encoded.Bytes);
        Assert.Equal((0, 0), (encoded.ExitCode, decoded.ExitCode));
        Assert.Equal("", encoded.Output + encoded.Error + decoded.Output + decoded.Error);
        await AssertSamePixelsAsync(png, decoded.Bytes);
    }

    [Fact]
    public async Task A_pipe_and_a_file_can_be_mixed()
    {
        byte[] png = PngOf(20, 20, 6);
        Assert.Equal(0, (await RunAsync(["encode", "-", At("a.tsra")], png)).ExitCode);
        CliResult decoded = await RunAsync("decode", At("a.tsra"), "-");
        await AssertSamePixelsAsync(png, decoded.Bytes);
    }

    [Fact]
    public async Task The_bytes_do_not_depend_on_the_number_of_threads()
    {
        string png = WritePng("photo.png", 200, 150);
        await RunAsync("encode", png, At("one.tsra"), "--threads", "1");
        await RunAsync("encode", png, At("four.tsra"), "--threads", "4");
        Assert.Equal(File.ReadAllBytes(At("one.tsra")), File.ReadAllBytes(At("four.tsra")));
    }

    [Fact]
    public async Task Nothing_is_said_where_no_terminal_shows_it_and_a_line_where_one_does()
    {
        string png = WritePng("photo.png");
        Assert.Equal("", (await RunAsync("encode", png)).Output);
        CliResult shown = await RunAsync(["encode", png, "--force"], [], isTerminal: true);
        Assert.StartsWith($"{At("photo.tsra")}: 40 x 30, ", shown.Output, StringComparison.Ordinal);
        Assert.Contains("bits per subpixel", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encoding_with_verify_says_that_the_pixels_are_equal()
    {
        string png = WritePng("photo.png");
        CliResult result = await RunAsync("encode", png, "--verify");
        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("all pixels are equal" + Environment.NewLine, result.Output, StringComparison.Ordinal);
        Assert.Equal(["photo.png", "photo.tsra"], Files());
    }

    [Theory]
    [InlineData(".ppm", "P6")]
    [InlineData(".pam", "P7")]
    public async Task The_name_of_the_output_chooses_its_format(string extension, string magic)
    {
        string png = WritePng("photo.png");
        await RunAsync("encode", png);
        string output = At("back" + extension);
        Assert.Equal(0, (await RunAsync("decode", At("photo.tsra"), output)).ExitCode);
        Assert.Equal(Ascii(magic), File.ReadAllBytes(output)[..2]);

        CliResult piped = await RunAsync("decode", At("photo.tsra"), "-", "--format", extension[1..]);
        Assert.Equal(File.ReadAllBytes(output), piped.Bytes);

        // What was written is read by its content, whatever its name.
        File.Move(output, At("named.png"));
        await RunAsync("encode", At("named.png"));
        Assert.Equal(0, (await RunAsync("verify", At("named.tsra"), "--against", png)).ExitCode);
    }

    [Fact]
    public async Task An_image_that_a_format_cannot_hold_leaves_no_file_and_says_why()
    {
        await RunAsync("encode", WritePng("photo.png"));
        CliResult result = await RunAsync("decode", At("photo.tsra"), At("photo.pgm"));
        Assert.Equal(1, result.ExitCode);
        AssertOneLine(result.Error, At("photo.tsra"));
        Assert.Equal(["photo.png", "photo.tsra"], Files());
    }

    [Fact]
    public async Task A_tile_size_of_the_users_is_used()
    {
        string png = WritePng("photo.png");
        await RunAsync("encode", png, "--tile", "8");
        Assert.Contains("5 x 4 of 8 x 8 pixels", (await RunAsync("info", At("photo.tsra"))).Output, StringComparison.Ordinal);
    }
}
