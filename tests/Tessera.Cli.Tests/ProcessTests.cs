using System.Diagnostics;
using System.Runtime.InteropServices;
using Tessera.Cli.Tests.Support;

namespace Tessera.Cli.Tests;

/// <summary>The built program, in a process of its own.</summary>
public sealed class ProcessTests : CliTest
{
    private const int Interrupt = 2;

    [Fact]
    public void Help_names_every_command()
    {
        using Process process = Start("--help");
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.All((string[])["encode", "decode", "info", "verify", "models"], name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_program_brings_a_model_that_codes_images()
    {
        string png = WritePng("photo.png", 50, 40);
        Assert.StartsWith("classic\tversion 1\t", await OutputOf("models"), StringComparison.Ordinal);
        Assert.Equal("", await OutputOf("encode", png, At("photo.tsra")));
        Assert.Contains("classic version 1", await OutputOf("info", At("photo.tsra")), StringComparison.Ordinal);
        Assert.Equal("", await OutputOf("decode", At("photo.tsra"), At("back.png")));
        await AssertSamePixelsAsync(await File.ReadAllBytesAsync(png), await File.ReadAllBytesAsync(At("back.png")));
    }

    [Fact]
    public async Task An_interrupt_ends_a_program_that_waits_for_input()
    {
        if (OperatingSystem.IsWindows())
            return;
        using Process process = Start("encode", "-", At("out.tsra"));
        await process.StandardInput.BaseStream.WriteAsync(PngOf(64, 64, 1).AsMemory(0, 8));
        await process.StandardInput.BaseStream.FlushAsync();
        await Task.Delay(1000);
        Assert.False(process.HasExited);
        Assert.Equal(0, Kill(process.Id, Interrupt));
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(timeout.Token);
        Assert.Equal(130, process.ExitCode);
        Assert.Empty(Files());
    }

    private static async Task<string> OutputOf(params string[] arguments)
    {
        using Process process = Start(arguments);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("", await error);
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private static Process Start(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Tessera.Cli.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
