using System.Diagnostics;

namespace Tessera.Models.Segments;

/// <summary>The same bytes and samples with whatever instructions the processor has, or may use.</summary>
public sealed class ProcessorTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task Fewer_instructions_give_the_same_bytes_and_samples(string disabled)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(ProcessorTests).Assembly.Location]) { RedirectStandardOutput = true };
        start.Environment[disabled] = "0";
        using Process process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        string output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(Program.Digests(), output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'));
    }
}
