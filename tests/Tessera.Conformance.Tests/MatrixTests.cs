using System.Diagnostics;

namespace Tessera.Conformance.Tests;

/// <summary>
/// The small files of every model in a process of each configuration, down to no vector instructions at all: <c>tests/matrix/run</c> does the
/// same with all files.
/// </summary>
public sealed class MatrixTests
{
    // With a tile of each model. Without vector instructions a pixel takes milliseconds.
    private const string Small = "2000";
    private const string Tiny = "300";

    [Theory]
    [InlineData("1 whole - " + Small, "", "")]
    [InlineData("2 whole - " + Small, "", "")]
    [InlineData("8 whole - " + Small, "", "")]
    [InlineData("2 shuffled - " + Small, "", "")]
    [InlineData("2 whole - " + Small, "DOTNET_EnableAVX512=0 DOTNET_EnableAVX512F=0", "AVX2,128 bits")]
    [InlineData("2 whole - " + Small, "DOTNET_EnableAVX2=0", "128 bits")]
    [InlineData("2 whole - " + Tiny, "DOTNET_EnableHWIntrinsic=0", "none")]
    [InlineData("2 whole - " + Small, "DOTNET_gcServer=1", "server")]
    [InlineData("2 whole - " + Small, "DOTNET_gcServer=0", "workstation")]
    [InlineData("2 whole tr-TR " + Small, "", "")]
    [InlineData("2 whole ar-SA " + Small, "", "")]
    [InlineData("2 whole - " + Small, "DOTNET_TieredPGO=0 DOTNET_TieredCompilation=0", "")]
    public async Task All_files_decode_to_the_same_samples_and_are_encoded_to_the_same_bytes(string arguments, string settings, string effects)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(MatrixRun).Assembly.Location, .. arguments.Split(' ')]) { RedirectStandardOutput = true };
        foreach (string setting in settings.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            start.Environment[setting.Split('=')[0]] = setting.Split('=')[1];
        using Process process = Process.Start(start)!;
        string line = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        // Files, those decoded and those encoded as pinned, a digest, and what the process has: settings that have no effect would show nothing.
        string[] parts = line.TrimEnd().Split('\t');
        Assert.Equal(5, parts.Length);
        Assert.NotEqual("0", parts[0]);
        Assert.Equal([parts[0], parts[0]], parts[1..3]);
        Assert.Contains(effects.Split(','), effect => parts[4].Contains(effect, StringComparison.Ordinal));
        Assert.Equal(0, process.ExitCode);
    }
}
