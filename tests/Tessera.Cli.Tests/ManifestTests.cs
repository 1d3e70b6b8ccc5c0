using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tessera.Cli.Manifests;
using Tessera.Cli.Tests.Support;
using Tessera.Tests.Support;

namespace Tessera.Cli.Tests;

/// <summary>Work with a manifest goes on where it was cut off, and is shared without talking.</summary>
public sealed class ManifestTests : CliTest
{
    private int _coded;

    // One tile, and so one segment, to an image.
    public ManifestTests() => Model = new RawModel { Tiling = new(64, 1), Encoding = _ => Interlocked.Increment(ref _coded) };

    private string List => At("work.jsonl");

    [Fact]
    public async Task A_manifest_lists_every_file_with_the_checksums_of_what_was_read_and_written()
    {
        WritePng("in/a.png", seed: 1);
        WritePng("in/b/c.png", seed: 2);
        Assert.Equal(0, (await EncodeAsync()).ExitCode);
        Assert.Equal(["in/a.png", "in/b/c.png", "out/a.tsra", "out/b/c.tsra", "work.jsonl"], Files());
        JsonElement[] done = Done(List);
        Assert.Equal(["in/a.png", "in/b/c.png"], done.Select(e => e.GetProperty("path").GetString()));
        foreach (JsonElement entry in done)
        {
            AssertDigest(entry, "path", "bytes", "sha256");
            AssertDigest(entry, "output", "outputBytes", "outputSha256");
            JsonElement model = Assert.Single(entry.GetProperty("models").EnumerateArray());
            Assert.Equal(("raw", 1), (model.GetProperty("id").GetString(), model.GetProperty("version").GetInt32()));
        }
    }

    [Fact]
    public async Task What_is_done_is_not_done_again_and_what_is_new_is()
    {
        WritePng("in/a.png", seed: 1);
        await EncodeAsync();
        WritePng("in/b.png", seed: 2);
        CountCoding();
        Assert.Equal(0, (await EncodeAsync()).ExitCode);
        Assert.Equal(1, _coded);
        Assert.Equal(0, (await EncodeAsync()).ExitCode);
        Assert.Equal(1, _coded);
        Assert.Equal(2, Done(List).Length);
    }

    [Fact]
    public async Task A_file_that_changed_and_an_output_that_is_gone_are_done_again_and_a_file_that_was_only_touched_is_not()
    {
        foreach (string name in (string[])["changed", "gone", "touched"])
            WritePng($"in/{name}.png", seed: name.Length);
        await EncodeAsync();
        byte[] gone = File.ReadAllBytes(At("out/gone.tsra"));
        WritePng("in/changed.png", seed: 9);
        File.Delete(At("out/gone.tsra"));
        File.SetLastWriteTimeUtc(At("in/changed.png"), DateTime.UnixEpoch);
        File.SetLastWriteTimeUtc(At("in/touched.png"), DateTime.UnixEpoch);
        CountCoding();
        Assert.Equal(0, (await EncodeAsync()).ExitCode);
        Assert.Equal(2, _coded);
        Assert.Equal(gone, File.ReadAllBytes(At("out/gone.tsra")));
        Assert.Equal(0, (await RunAsync("verify", At("out/changed.tsra"), "--against", At("in/changed.png"))).ExitCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public async Task A_torn_last_line_counts_for_nothing(int left)
    {
        WritePng("in/a.png", seed: 1);
        WritePng("in/b.png", seed: 2);
        await EncodeAsync();
        string[] lines = File.ReadAllLines(List);
        File.WriteAllText(List, string.Concat(lines[..^1].Select(l => l + "\n")) + lines[^1][..left]);
        CountCoding();
        Assert.Equal(0, (await EncodeAsync()).ExitCode);
        Assert.Equal(1, _coded);
        Assert.Equal(2, Done(List).Length);
        Assert.Equal(0, (await RunAsync("verify", "--manifest", List)).ExitCode);
    }

    [Fact]
    public async Task A_damaged_line_before_the_last_is_an_error_that_names_it()
    {
        WritePng("in/a.png");
        await EncodeAsync();
        string[] lines = File.ReadAllLines(List);
        File.WriteAllLines(List, [lines[0], lines[1][..^3], lines[2]]);
        CliResult result = await EncodeAsync();
        Assert.Equal(1, result.ExitCode);
        AssertOneLine(result.Error, $"{List}: Line 2 is not one of a manifest's");
    }

    [Fact]
    public async Task A_file_that_no_run_has_begun_is_kept_and_one_that_was_begun_is_replaced()
    {
        WritePng("in/mine.png", seed: 1);
        WritePng("in/begun.png", seed: 2);
        Directory.CreateDirectory(At("out"));
        File.WriteAllText(At("out/mine.tsra"), "mine");
        File.WriteAllText(At("out/begun.tsra"), "cut off before its line was written");
        File.WriteAllText(At("out/.begun.tsra.abcdefgh.ijk.tmp"), "cut off before it got its name");
        File.WriteAllLines(List,
        [
            """{"manifest":1,"models":[],"effort":5}""",
            """{"state":"started","path":"in/begun.png","output":"out/begun.tsra"}""",
        ]);
        for (int run = 0; run < 2; run++)
        {
            CliResult result = await EncodeAsync();
            Assert.Equal(3, result.ExitCode);
            AssertOneLine(result.Error, $"{At("out/mine.tsra")}: This file exists already");
            Assert.Equal("mine", File.ReadAllText(At("out/mine.tsra")));
        }

        Assert.Equal(["in/begun.png", "in/mine.png", "out/begun.tsra", "out/mine.tsra", "work.jsonl"], Files());
        Assert.Equal(0, (await RunAsync("verify", At("out/begun.tsra"), "--against", At("in/begun.png"))).ExitCode);
        Assert.Equal(0, (await EncodeAsync("--force")).ExitCode);
        Assert.Equal(0, (await RunAsync("verify", "--manifest", List)).ExitCode);
    }

    [Fact]
    public async Task A_file_that_fails_is_listed_with_the_reason_and_tried_again()
    {
        WritePng("in/a.png");
        File.WriteAllText(At("in/bad.png"), "These are words.");
        Assert.Equal(1, (await EncodeAsync()).ExitCode);
        Assert.Contains("This is not an image", File.ReadAllText(List), StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("verify", "--manifest", List)).ExitCode);
        WritePng("in/bad.png", seed: 2);
        CountCoding();
        Assert.Equal(0, (await EncodeAsync()).ExitCode);
        Assert.Equal(1, _coded);
        Assert.Equal(0, (await RunAsync("verify", "--manifest", List)).ExitCode);
    }

    [Fact]
    public async Task A_run_goes_on_with_the_same_options_only()
    {
        WritePng("in/a.png");
        await EncodeAsync();
        CliResult result = await EncodeAsync("--effort", "6");
        Assert.Equal(2, result.ExitCode);
        AssertOneLine(result.Error, "\"effort\":5");
    }

    [Fact]
    public async Task A_manifest_is_open_to_one_process_at_a_time()
    {
        WritePng("in/a.png");
        await EncodeAsync();
        using (new FileStream(List, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            Assert.Equal(3, (await EncodeAsync()).ExitCode);
        Assert.Equal(0, (await EncodeAsync()).ExitCode);
    }

    [Fact]
    public async Task Shards_do_every_file_once_by_a_rule_that_anyone_can_compute()
    {
        string[] names = [.. Enumerable.Range(0, 12).Select(i => $"{i % 3}/ä {i}.png")];
        foreach (string name in names)
            WritePng("in/" + name, 5, 5);
        for (int shard = 0; shard < 3; shard++)
        {
            Assert.Equal(0, (await EncodeAsync("--shard", $"{shard}/3")).ExitCode);
            IEnumerable<string> expected = names.Where(n => Remainder(n) == shard).Select(n => "in/" + n);
            Assert.Equal(expected.Order(StringComparer.Ordinal), Done(At($"work.{shard}-of-3.jsonl")).Select(e => e.GetProperty("path").GetString()));
        }

        CliResult whole = await RunAsync("verify", "--manifest", List, At("in"));
        Assert.Equal((0, 12), (whole.ExitCode, whole.Output.Split('\n').Length - 1));

        int Remainder(string name) =>
            (int)(UInt128.Parse("0" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16], System.Globalization.NumberStyles.HexNumber, null) % 3);
    }

    [Fact]
    public void The_rule_of_the_shards_stays_as_it_is() =>
        Assert.Equal([true, false, false, true], new[] { "a.png", "b/c.png", "ä.png", "d.png" }.Select(new Shard(0, 2).Holds));

    [Fact]
    public async Task Verify_finds_what_is_missing_changed_or_not_listed()
    {
        WritePng("in/a.png", seed: 1);
        await EncodeAsync();
        Assert.Equal(0, (await RunAsync("verify", "--manifest", List, At("in"))).ExitCode);

        WritePng("in/new.png", seed: 2);
        await AssertFails(1, $"{At("in/new.png")}: The manifest does not list this file.", At("in"));
        byte[] file = File.ReadAllBytes(At("out/a.tsra")), image = File.ReadAllBytes(At("in/a.png"));

        // Even another file that is whole and holds the same pixels is not the one that was written.
        await RunAsync("encode", At("in/a.png"), At("other.tsra"), "--tile", "8");
        File.Copy(At("other.tsra"), At("out/a.tsra"), overwrite: true);
        await AssertFails(1, "is not what the manifest lists");
        File.Delete(At("out/a.tsra"));
        await AssertFails(3, "is missing");
        File.WriteAllBytes(At("out/a.tsra"), file);
        File.WriteAllBytes(At("in/a.png"), [.. image, 0]);
        await AssertFails(1, "is not what the manifest lists");

        async Task AssertFails(int exitCode, string message, params string[] inputs)
        {
            CliResult result = await RunAsync(["verify", "--manifest", List, .. inputs]);
            Assert.Equal(exitCode, result.ExitCode);
            AssertOneLine(result.Error, message);
        }
    }

    [Fact]
    public async Task Verify_misses_a_shard_that_has_not_begun()
    {
        WritePng("in/a.png");
        await EncodeAsync("--shard", "0/2");
        CliResult result = await RunAsync("verify", "--manifest", List);
        Assert.Equal(1, result.ExitCode);
        AssertOneLine(result.Error, $"{At("work.1-of-2.jsonl")}: The manifest of this shard is missing.");
    }

    private Task<CliResult> EncodeAsync(params string[] options) =>
        RunAsync(["encode", "--manifest", List, At("in"), "--output", At("out"), .. options]);

    /// <summary>Counts the images that are encoded from now on.</summary>
    private void CountCoding() => _coded = 0;

    private static JsonElement[] Done(string manifest) =>
        [.. File.ReadAllLines(manifest).Skip(1).Select(line => JsonDocument.Parse(line).RootElement).Where(e => e.GetProperty("state").GetString() == "done")];

    private void AssertDigest(JsonElement entry, string path, string bytes, string sha256)
    {
        byte[] content = File.ReadAllBytes(At(entry.GetProperty(path).GetString()!));
        Assert.Equal(content.Length, entry.GetProperty(bytes).GetInt32());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), entry.GetProperty(sha256).GetString());
    }
}
