using System.Diagnostics;
using System.Runtime.InteropServices;
using Tessera.Cli.Tests.Support;

namespace Tessera.Cli.Tests.Benchmarks;

/// <summary>Command lines that make no sense, and runs that are cut off.</summary>
public sealed class BenchErrorTests : CliTest
{
    private const int Interrupt = 2;

    [Theory]
    [InlineData(2, "--codec gif: There is no such codec. There are optipng, oxipng, zopflipng, webp, jxl-e3, ", "--codec", "gif")]
    [InlineData(2, "There is no model \"none\".", "--model", "none")]
    [InlineData(3, "out.json: This file exists already; --force replaces it.", "--json", "out.json")]
    public async Task What_makes_no_sense_is_one_line_and_nothing_is_measured(int exitCode, string message, string option, string value)
    {
        string png = WritePng("a.png");
        await File.WriteAllTextAsync(At("out.json"), "");
        CliResult result = await RunAsync("bench", png, option, option == "--json" ? At(value) : value);
        Assert.Equal(exitCode, result.ExitCode);
        AssertOneLine(result.Error, message);
        Assert.Equal("", result.Output);
        Assert.Equal(["a.png", "out.json"], Files());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1,10")]
    [InlineData("five")]
    public async Task Efforts_are_1_to_9(string efforts)
    {
        CliResult result = await RunAsync("bench", WritePng("a.png"), "--effort", efforts);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("An effort is 1 to 9.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tessera_that_does_not_code_a_picture_is_an_error()
    {
        // The program that is started knows the model that is named, and the one in this process must do so, too.
        Model = new("idfpp/photo", 1);
        await File.WriteAllBytesAsync(At("grey.pgm"), [.. Ascii("P5 2 2 255\n"), 1, 2, 3, 4]);
        CliResult result = await RunAsync("bench", At("grey.pgm"), "--codec", "none", "--model", "idfpp/photo", "--effort", "1");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("cannot be coded by idfpp/photo", result.Output, StringComparison.Ordinal);
    }

    [ProgramFact("sh")]
    public async Task An_interrupt_leaves_no_files()
    {
        if (OperatingSystem.IsWindows())
            return;
        WritePng("in/a.png", 400, 300);
        Directory.CreateDirectory(At("tmp"));
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Tessera.Cli.dll"), "bench", At("in"), "--codec", "none", "--repeat", "1000", "--json", At("a.json"), "--html", At("a.html")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = At("tmp");

        // The sockets of the runtime's diagnostics, which a program that is killed leaves there, are not ours.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using Process process = Process.Start(start)!;
        while (!process.HasExited && Directory.GetFiles(At("tmp"), "coded*", SearchOption.AllDirectories).Length == 0)
            await Task.Delay(20);
        Assert.Equal(0, Kill(process.Id, Interrupt));
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(timeout.Token);
        Assert.Equal(130, process.ExitCode);
        Assert.Equal(["in/a.png"], Files());
        Assert.Empty(Directory.GetDirectories(At("tmp"), "tessera-bench-*"));
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
