using System.Diagnostics;

namespace Tessera.Models.BitSwap.Tests;

/// <summary>Whatever instructions a processor has, or may use, it writes the same files, and reads those of any other.</summary>
public sealed class ProcessorTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task Fewer_instructions_give_the_same_file_and_decode_it(string disabled)
    {
        string folder = Directory.CreateTempSubdirectory("tessera-bitswap-").FullName;
        try
        {
            string theirs = Path.Combine(folder, "theirs"), ours = Path.Combine(folder, "ours");
            byte[] file = await Program.EncodeAsync();
            await File.WriteAllBytesAsync(ours, file);
            string samples = await RunAsync(disabled, theirs, ours);

            byte[] other = await File.ReadAllBytesAsync(theirs);
            Assert.Equal(Hash.Of(file), Hash.Of(other));
            using Raster image = await Program.DrawAsync(), back = await Program.DecodeAsync(other);
            Assert.Equal(Hash.Of(image), samples);
            Assert.True(image.HasSamePixels(back));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> RunAsync(string disabled, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(ProcessorTests).Assembly.Location, .. arguments]) { RedirectStandardOutput = true };
        start.Environment[disabled] = "0";
        using Process process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        string output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        Assert.Equal(0, process.ExitCode);
        return output.TrimEnd();
    }
}
