using Tessera.Cli.Tests.Support;
using Tessera.Tests.Support;

namespace Tessera.Cli.Tests;

/// <summary>Whole folders are converted into Tessera files and back; nothing that stands there is lost.</summary>
public sealed class ConvertTests : CliTest
{
    private static readonly DateTime Taken = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    [Fact]
    public async Task A_folder_is_mirrored_and_comes_back_with_its_pixels_and_times()
    {
        string[] names = ["a", "b/c", "b/d/e"];
        foreach (string name in names)
            File.SetLastWriteTimeUtc(WritePng($"in/{name}.png", seed: name.Length), Taken);
        File.WriteAllText(At("in/notes.txt"), "no image");
        Assert.Equal((0, ""), Codes(await RunAsync("convert", At("in"), "--output", At("coded"))));
        Assert.Equal((0, ""), Codes(await RunAsync("convert", At("coded"), "--to", "png", "-o", At("back"))));
        Assert.Equal(names.Select(n => $"coded/{n}.tsra"), Files().Where(f => f.StartsWith("coded/", StringComparison.Ordinal)));
        foreach (string name in names)
        {
            await AssertSamePixelsAsync(File.ReadAllBytes(At($"in/{name}.png")), File.ReadAllBytes(At($"back/{name}.png")));
            Assert.Equal((Taken, Taken), (File.GetLastWriteTimeUtc(At($"coded/{name}.tsra")), File.GetLastWriteTimeUtc(At($"back/{name}.png"))));
        }
    }

    [Fact]
    public async Task Images_and_Tessera_files_both_become_images_of_another_format_and_those_that_have_it_are_left_out()
    {
        WritePng("in/a.png", seed: 1);
        await RunAsync("encode", WritePng("in/b.png", seed: 2));
        File.Delete(At("in/b.png"));
        File.WriteAllBytes(At("in/c.ppm"), [.. Ascii("P6 1 1 255\n"), 1, 2, 3]);
        Assert.Equal((0, ""), Codes(await RunAsync("convert", At("in"), "--to", "PPM", "--output", At("out"), "--verify")));
        Assert.Equal(["out/a.ppm", "out/b.ppm"], Files().Where(f => f.StartsWith("out/", StringComparison.Ordinal)));
        await RunAsync("encode", At("out/a.ppm"), At("a.tsra"));
        Assert.Equal(0, (await RunAsync("verify", At("a.tsra"), "--against", At("in/a.png"))).ExitCode);
    }

    [Fact]
    public async Task Several_files_are_converted_at_once_and_the_bytes_do_not_depend_on_it()
    {
        for (int i = 0; i < 6; i++)
            WritePng($"in/{i}.png", seed: i);
        await RunAsync("convert", At("in"), "-o", At("one"));

        // Two files meet within their first tiles, which would never come to pass if one waited for the other.
        using var meeting = new Barrier(2);
        int calls = 0;
        Model = new RawModel
        {
            Encoding = _ => Assert.True(Interlocked.Increment(ref calls) > 2 || meeting.SignalAndWait(TimeSpan.FromMinutes(1))),
        };
        Assert.Equal((0, ""), Codes(await RunAsync("convert", At("in"), "-o", At("two"), "--jobs", "2", "--threads", "2")));
        for (int i = 0; i < 6; i++)
            Assert.Equal(File.ReadAllBytes(At($"one/{i}.tsra")), File.ReadAllBytes(At($"two/{i}.tsra")));
    }

    [Fact]
    public async Task A_file_that_fails_is_named_and_the_others_are_done()
    {
        WritePng("in/a.png");
        File.WriteAllText(At("in/bad.png"), "no image");
        WritePng("in/c.png");
        CliResult result = await RunAsync("convert", At("in"), "-o", At("out"), "--jobs", "2");
        Assert.Equal(1, result.ExitCode);
        AssertOneLine(result.Error, At("in/bad.png"));
        Assert.StartsWith("2 of 3 files converted: ", result.Output, StringComparison.Ordinal);
        Assert.EndsWith($"{Environment.NewLine}1 failed.{Environment.NewLine}", result.Output, StringComparison.Ordinal);
        Assert.Equal(["in/a.png", "in/bad.png", "in/c.png", "out/a.tsra", "out/c.tsra"], Files());
    }

    [Fact]
    public async Task Verify_finds_a_model_that_does_not_give_back_what_it_was_given()
    {
        WritePng("in/a.png");
        Model = new RawModel { Decoding = _ => throw new TesseraFormatException("Not the same.") };
        Assert.Equal(0, (await RunAsync("convert", At("in"), "-o", At("out"))).ExitCode);
        CliResult verified = await RunAsync("convert", At("in"), "-o", At("verified"), "--verify");
        Assert.Equal(1, verified.ExitCode);
        AssertOneLine(verified.Error, "Not the same.");
        Assert.DoesNotContain(Files(), f => f.StartsWith("verified/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cancelling_leaves_no_partial_file_and_says_what_was_done()
    {
        for (int i = 0; i < 5; i++)
            WritePng($"in/{i}.png", seed: i);
        using var cancellation = new CancellationTokenSource();
        int images = 0;
        Model = new RawModel
        {
            Tiling = new(64, 1),
            Encoding = _ =>
            {
                if (Interlocked.Increment(ref images) == 3)
                    cancellation.Cancel();
            },
        };
        CliResult result = await RunAsync(["convert", At("in"), "-o", At("out")], [], cancellationToken: cancellation.Token);
        Assert.Equal(130, result.ExitCode);
        Assert.StartsWith("2 of 5 files converted: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("3 not done, cancelled", result.Output, StringComparison.Ordinal);
        Assert.Equal(["out/0.tsra", "out/1.tsra"], Files().Where(f => f.StartsWith("out/", StringComparison.Ordinal)));

        Model = new RawModel { Tiling = new(64, 1), Encoding = _ => Interlocked.Increment(ref images) };
        images = 0;
        Assert.Equal(0, (await RunAsync("convert", At("in"), "-o", At("out"), "--resume")).ExitCode);
        Assert.Equal(3, images);
    }

    [Fact]
    public async Task Patterns_choose_among_the_files_of_folders()
    {
        foreach (string name in (string[])["a", "draft-b", "old/c", "old/draft-d", "older/e"])
            WritePng($"in/{name}.png");
        await AssertTaken(["--include", "draft-*"], "draft-b", "old/draft-d");
        await AssertTaken(["--exclude", "draft-*"], "a", "old/c", "older/e");
        await AssertTaken(["--include", "old/**", "--include", "a.png", "--exclude", "draft-*"], "a", "old/c");
        CliResult none = await RunAsync("convert", At("in"), "-o", At("out"), "--include", "*.jpg");
        Assert.Equal(3, none.ExitCode);
        AssertOneLine(none.Error, "--include and --exclude leave no file");

        async Task AssertTaken(string[] patterns, params string[] names)
        {
            CliResult result = await RunAsync(["convert", At("in"), "-o", At("out"), "--dry-run", .. patterns]);
            string[] lines = result.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)[..^1];
            Assert.Equal(names.Select(n => $"{At($"in/{n}.png")} -> {At($"out/{n}.tsra")}"), lines.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_command_line_that_makes_no_sense_is_refused_and_nothing_is_written()
    {
        string png = WritePng("in/a.png");
        await RunAsync("encode", png);
        string[] before = Files();
        await AssertRefused("files and folders", "convert", "-", "-o", At("out"));
        await AssertRefused("files and folders", "convert", png, "-o", "-");
        await AssertRefused("must be a folder", "convert", At("in"), "-o", png);
        await AssertRefused("converted into itself", "convert", png, "--to", "png", "-o", At("in"));
        await AssertRefused("would both be written", "convert", At("in"), "--to", "ppm", "-o", At("out"));
        await AssertRefused("--effort is for Tessera files", "convert", At("in/a.tsra"), "--to", "ppm", "-o", At("out"), "--effort", "9");
        Assert.Equal(before, Files());

        async Task AssertRefused(string message, params string[] arguments)
        {
            CliResult result = await RunAsync(arguments);
            Assert.Equal(2, result.ExitCode);
            AssertOneLine(result.Error, message);
        }
    }

    private static (int ExitCode, string Error) Codes(CliResult result) => (result.ExitCode, result.Error);
}
