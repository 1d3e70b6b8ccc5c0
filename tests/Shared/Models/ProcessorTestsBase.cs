using System.Diagnostics;

namespace Tessera.Models.Tests;

/// <summary>
/// Whatever instructions a processor has, or may use, it writes the same files, and reads those of any other. The tests' own program is run without some
/// of the instructions: its <c>Main</c> is <see cref="RunAsync(string[])"/>.
/// </summary>
public abstract class ProcessorTestsBase
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task Fewer_instructions_give_the_same_file_and_decode_it(string disabled)
    {
        string folder = Directory.CreateTempSubdirectory("tessera-processors-").FullName;
        try
        {
            string theirs = Path.Combine(folder, "theirs"), ours = Path.Combine(folder, "ours");
            byte[] file = await EncodeAsync();
            await File.WriteAllBytesAsync(ours, file);
            string samples = await RunAsync(disabled, theirs, ours);

            byte[] other = await File.ReadAllBytesAsync(theirs);
            Assert.Equal(Hash.Of(file), Hash.Of(other));
            using Raster image = await DrawAsync(), back = await DecodeAsync(other);
            Assert.Equal(Hash.Of(image), samples);
            Assert.True(image.HasSamePixels(back));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Encodes into the first file, and prints the SHA-256 of what the second file decodes to.</summary>
    public async Task RunAsync(string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        await File.WriteAllBytesAsync(arguments[0], await EncodeAsync());
        using Raster image = await DecodeAsync(await File.ReadAllBytesAsync(arguments[1]));
        Console.WriteLine(Hash.Of(image));
    }

    /// <summary>The image that all processes encode.</summary>
    protected abstract Task<Raster> DrawAsync();

    protected abstract Task<byte[]> EncodeAsync(Raster image);

    protected abstract Task<Raster> DecodeAsync(byte[] file);

    private async Task<byte[]> EncodeAsync()
    {
        using Raster image = await DrawAsync();
        return await EncodeAsync(image);
    }

    private async Task<string> RunAsync(string disabled, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", GetType().Assembly.Location, .. arguments]) { RedirectStandardOutput = true };
        start.Environment[disabled] = "0";
        using Process process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        string output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        Assert.Equal(0, process.ExitCode);
        return output.TrimEnd();
    }
}
