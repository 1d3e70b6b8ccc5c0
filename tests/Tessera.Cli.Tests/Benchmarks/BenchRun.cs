using System.Text.Json;
using Tessera.Cli.Benchmarks.Codecs;
using Tessera.Cli.Benchmarks.Results;
using Tessera.Cli.Tests.Support;

namespace Tessera.Cli.Tests.Benchmarks;

/// <summary>One run of <c>tessera bench</c> on three files with rivals that a shell can play: the tests look at what it left.</summary>
public sealed class BenchRun : CliTest, IAsyncLifetime
{
    // Long enough for its memory and its processor time to be seen.
    private const string Work = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; ";

    private const string Shell = "/bin/sh";

    internal CliResult Result { get; private set; } = null!;

    internal BenchReport Report { get; private set; } = null!;

    internal string Json { get; private set; } = "";

    internal string Html { get; private set; } = "";

    internal string PathOf(string name) => At(name);

    public async Task InitializeAsync()
    {
        WritePng("in/first.png", 60, 44, 1);
        WritePng("in/second.png", 40, 70, 2);
        await File.WriteAllTextAsync(At("in/third.png"), "no picture");
        Rivals =
        [
            Play("copy", Work + "cp \"$0\" \"$1\"", Work + "cp \"$0\" \"$1\""),
            Play("lossy", "head -n 3 \"$0\" > \"$1\"", "(cat \"$0\"; head -c 1000000 /dev/zero) > \"$1\""),
            Play("broken", "echo first words >&2; echo out of ideas >&2; exit 7", "exit 0"),
            Play("silent", "exit 0", "exit 0"),
            new("gone", "Gone", "Gone", new("tessera-no-such-program", []), null, ".gone"),
            Play("slow", "sleep 1000", "exit 0") with { IsOptional = true },
        ];
        Result = await RunAsync("bench", At("in"), "--effort", "5", "--json", At("out/all.json"), "--html", At("out/page.html"));
        Json = await File.ReadAllTextAsync(At("out/all.json"));
        Html = await File.ReadAllTextAsync(At("out/page.html"));
        Report = JsonSerializer.Deserialize(Json, BenchJsonContext.Default.BenchReport)!;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    internal static Task AssertSameAsync(byte[] expected, byte[] actual) => AssertSamePixelsAsync(expected, actual);

    private static Codec Play(string name, string encode, string decode) => new(
        name,
        name.ToUpperInvariant(),
        name,
        new(Shell, ["-c", encode, CommandTemplate.Input, CommandTemplate.Output]),
        new(Shell, ["-c", decode, CommandTemplate.Input, CommandTemplate.Output]),
        ".coded")
    {
        VersionArguments = ["-c", "echo rival 1.25.3"],
    };
}
