using System.Text.Json;
using Tessera.Cli.Tests.Support;
using Tessera.Tests.Support;

namespace Tessera.Cli.Tests;

/// <summary>What convert has done it does not do again, and its lines of JSON and its dry runs say what it does.</summary>
public sealed class ResumeTests : CliTest
{
    private int _coded;

    // One tile, and so one call, to an image.
    public ResumeTests() => Model = new RawModel { Tiling = new(64, 1), Encoding = _ => Interlocked.Increment(ref _coded) };

    [Fact]
    public async Task What_is_done_is_passed_over_and_what_is_missing_is_done()
    {
        foreach (string name in (string[])["a", "b", "c/d"])
            WritePng($"in/{name}.png");
        await ConvertAsync();
        File.Delete(At("out/b.tsra"));
        _coded = 0;
        JsonElement[] lines = await ConvertAsync("--resume");
        Assert.Equal(1, _coded);
        Assert.Equal(["skipped", "converted", "skipped"], StatusOf(lines, "a", "b", "c/d"));
    }

    [Fact]
    public async Task An_output_that_stands_there_is_kept_without_resume_and_without_force()
    {
        WritePng("in/a.png");
        await ConvertAsync();
        byte[] before = File.ReadAllBytes(At("out/a.tsra"));
        WritePng("in/a.png", seed: 9);
        Assert.Equal(["failed"], StatusOf(await ConvertAsync(), "a"));
        Assert.Equal(before, File.ReadAllBytes(At("out/a.tsra")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_output_that_is_older_or_empty_is_replaced_with_force_only(bool isEmpty)
    {
        string png = WritePng("in/a.png");
        await ConvertAsync();
        if (isEmpty)
            File.WriteAllBytes(At("out/a.tsra"), []);
        else
            File.SetLastWriteTimeUtc(png, File.GetLastWriteTimeUtc(png).AddMinutes(1));
        JsonElement refused = (await ConvertAsync("--resume"))[0];
        Assert.Equal(("failed", 3), (refused.GetProperty("status").GetString(), refused.GetProperty("exitCode").GetInt32()));
        Assert.Contains("--force", refused.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(["converted"], StatusOf(await ConvertAsync("--resume", "--force"), "a"));
        Assert.Equal(["skipped"], StatusOf(await ConvertAsync("--resume"), "a"));
        Assert.Equal(0, (await RunAsync("verify", At("out/a.tsra"), "--against", png)).ExitCode);
    }

    [Fact]
    public async Task What_a_run_that_was_killed_left_under_temporary_names_is_removed_and_nothing_else()
    {
        WritePng("in/a.png");
        Directory.CreateDirectory(At("out"));
        string[] others = ["out/.a.tsra.tmp", "out/.other.tsra.01234567.abc.tmp", "out/a.tsra.01234567.abc.tmp"];
        foreach (string name in others.Append("out/.a.tsra.01234567.abc.tmp"))
            File.WriteAllText(At(name), "left");
        await ConvertAsync("--resume");
        Assert.Equal(others.Append("in/a.png").Append("out/a.tsra").Order(StringComparer.Ordinal), Files());
    }

    [Fact]
    public async Task A_dry_run_writes_nothing_and_plans_what_the_run_does()
    {
        foreach (string name in (string[])["done", "new", "stale"])
            WritePng($"in/{name}.png");
        await ConvertAsync("--include", "done.png", "--include", "stale.png");
        File.SetLastWriteTimeUtc(At("in/stale.png"), DateTime.UtcNow.AddHours(1));
        string[] before = Files();
        JsonElement[] planned = await ConvertAsync("--resume", "--dry-run");
        Assert.Equal(before, Files());
        JsonElement[] done = await ConvertAsync("--resume");
        string[] expected = StatusOf(planned, "done", "new", "stale");
        Assert.Equal(["skipped", "planned", "failed"], expected);
        Assert.Equal(expected.Select(s => s == "planned" ? "converted" : s), StatusOf(done, "done", "new", "stale"));
        Assert.Equal(planned[^1].GetProperty("exitCode").GetInt32(), done[^1].GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public async Task Lines_of_json_say_what_became_of_each_file_and_the_last_sums_them_up()
    {
        WritePng("in/a.png", 40, 30);
        WritePng("in/b.png", 20, 10);
        File.WriteAllText(At("in/bad.png"), "no image");
        JsonElement[] lines = await ConvertAsync("--jobs", "3");
        JsonElement summary = lines[^1];
        JsonElement[] converted = [.. lines.Where(l => l.TryGetProperty("status", out JsonElement status) && status.GetString() == "converted")];
        Assert.Equal(2, converted.Length);
        foreach (JsonElement line in converted)
        {
            Assert.Equal(new FileInfo(line.GetProperty("input").GetString()!).Length, line.GetProperty("inputBytes").GetInt64());
            Assert.Equal(new FileInfo(line.GetProperty("output").GetString()!).Length, line.GetProperty("outputBytes").GetInt64());
            Assert.Equal("raw", Assert.Single(line.GetProperty("models").EnumerateArray()).GetProperty("id").GetString());
            Assert.False(line.TryGetProperty("error", out _));
        }

        Assert.Equal(("summary", 3, 2, 1, 0, 1), (
            summary.GetProperty("kind").GetString(),
            summary.GetProperty("files").GetInt32(),
            summary.GetProperty("converted").GetInt32(),
            summary.GetProperty("failed").GetInt32(),
            summary.GetProperty("notDone").GetInt32(),
            summary.GetProperty("exitCode").GetInt32()));
        Assert.Equal((40 * 30) + (20 * 10), summary.GetProperty("pixels").GetInt64());
        foreach (string field in (string[])["inputBytes", "outputBytes"])
            Assert.Equal(converted.Sum(l => l.GetProperty(field).GetInt64()), summary.GetProperty(field).GetInt64());
    }

    private async Task<JsonElement[]> ConvertAsync(params string[] options)
    {
        CliResult result = await RunAsync(["convert", At("in"), "--output", At("out"), "--json", .. options]);
        JsonElement[] lines = [.. result.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal(result.ExitCode, lines[^1].GetProperty("exitCode").GetInt32());
        return lines;
    }

    private string[] StatusOf(JsonElement[] lines, params string[] names) =>
        [.. names.Select(name => lines[..^1].Single(l => l.GetProperty("input").GetString() == At($"in/{name}.png")).GetProperty("status").GetString()!)];
}
