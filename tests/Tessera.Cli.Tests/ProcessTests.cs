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
        using Process process = Start(["--help"]);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.All(
            (string[])["encode", "decode", "convert", "info", "verify", "repair", "bench", "view", "models", "completion", "manual"],
            name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_program_brings_a_model_that_codes_images()
    {
        string png = WritePng("photo.png", 50, 40);
        Assert.StartsWith("causal/photo\tversion 1\tweights ", await OutputOf("models"), StringComparison.Ordinal);
        Assert.Equal("", await OutputOf("encode", png, At("photo.tsra")));

        // The picture is noise, for which a model of photographs is not made.
        Assert.Contains("classic version 1", await OutputOf("info", At("photo.tsra")), StringComparison.Ordinal);
        Assert.Equal("", await OutputOf("decode", At("photo.tsra"), At("back.png")));
        await AssertSamePixelsAsync(await File.ReadAllBytesAsync(png), await File.ReadAllBytesAsync(At("back.png")));
    }

    [Fact]
    public async Task A_named_model_codes_and_is_found_again_from_the_file()
    {
        string png = WritePng("photo.png", 50, 40), file = At("photo.tsra");
        Assert.Contains("idfpp/photo\tversion 1\tweights ", await OutputOf("models"), StringComparison.Ordinal);
        Assert.Equal("", await OutputOf("encode", "--model", "idfpp/photo", png, file));
        Assert.Contains("idfpp/photo version 1", await OutputOf("info", file), StringComparison.Ordinal);
        await OutputOf("verify", file, "--against", png);
        Assert.Equal("", await OutputOf("decode", file, At("back.png")));
        await AssertSamePixelsAsync(await File.ReadAllBytesAsync(png), await File.ReadAllBytesAsync(At("back.png")));
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task A_processor_with_fewer_instructions_writes_the_same_file_and_reads_it(string disabled)
    {
        string png = WritePng("photo.png", 40, 30);
        await OutputOf("encode", "--model", "idfpp/photo", png, At("ours.tsra"));
        Assert.Equal("", await OutputWithout(disabled, "encode", "--model", "idfpp/photo", png, At("theirs.tsra")));
        Assert.Equal(await File.ReadAllBytesAsync(At("ours.tsra")), await File.ReadAllBytesAsync(At("theirs.tsra")));
        await OutputWithout(disabled, "verify", At("ours.tsra"), "--against", png);
        await OutputOf("verify", At("theirs.tsra"), "--against", png);
    }

    [Theory]
    [InlineData("grey.pgm", "P5 2 2 255\n", 4, "1 channel of 8 bits", "causal/photo, classic, swift")]
    [InlineData("deep.ppm", "P6 2 2 65535\n", 24, "3 channels of 16 bits", "classic, swift")]
    [InlineData("alpha.pam", "P7\nWIDTH 2\nHEIGHT 2\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n", 16, "4 channels of 8 bits with straight alpha", "causal/photo, classic, swift")]
    public async Task An_image_that_the_named_model_does_not_code_is_an_error_that_says_what_to_do(
        string name, string head, int samples, string format, string others)
    {
        await File.WriteAllBytesAsync(At(name), [.. Ascii(head), .. new byte[samples]]);
        using Process process = Start(["encode", "--model", "idfpp/photo", At(name)]);
        process.StandardInput.Close();
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(1, process.ExitCode);
        AssertOneLine(error, $"{At(name)}: Images of {format} cannot be coded by idfpp/photo. Choose another model: {others}.");
        Assert.Equal([name], Files());
    }

    [Fact]
    public async Task Weights_that_are_not_installed_are_named_with_model_version_and_hash()
    {
        string png = WritePng("photo.png");
        Model = new("idfpp/photo", 1);
        await RunAsync("encode", png, At("photo.tsra"));
        using Process process = Start(["decode", At("photo.tsra"), At("back.png")]);
        process.StandardInput.Close();
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(1, process.ExitCode);
        AssertOneLine(error, "idfpp/photo version 1 (no weights), which is not installed. Installed: causal/photo version 1 (weights ");
        Assert.Equal(["photo.png", "photo.tsra"], Files());
    }

    [Fact]
    public async Task An_interrupt_ends_a_program_that_waits_for_input()
    {
        if (OperatingSystem.IsWindows())
            return;
        using Process process = Start(["encode", "-", At("out.tsra")]);
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

    [Fact]
    public async Task A_folder_of_plugins_may_bring_what_the_program_has_too()
    {
        Directory.CreateDirectory(At("plugins"));
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Tessera.Models.IdfPlusPlus.dll"), At("plugins/Tessera.Models.IdfPlusPlus.dll"));
        Assert.Equal(await OutputOf("models"), await OutputOf("models", "--plugins", At("plugins")));
    }

    [Fact]
    public async Task An_interrupt_ends_a_viewer_with_0()
    {
        if (OperatingSystem.IsWindows())
            return;
        await OutputOf("encode", WritePng("photo.png", 50, 40), At("photo.tsra"));
        using Process process = Start(["view", "--no-browser", At("photo.tsra")]);
        process.StandardInput.Close();
        string line = (await process.StandardOutput.ReadLineAsync())!;
        using var client = new HttpClient();
        Assert.Contains("<title>Tessera</title>", await client.GetStringAsync(line[line.IndexOf("http", StringComparison.Ordinal)..line.IndexOf(" (", StringComparison.Ordinal)]), StringComparison.Ordinal);
        Assert.Equal(0, Kill(process.Id, Interrupt));
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(timeout.Token);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Work_with_a_manifest_that_is_killed_half_way_goes_on_and_ends_with_the_files_of_a_run_that_was_not()
    {
        int count = await KillHalfWayAsync(output => ["encode", "--manifest", At(output + ".jsonl"), At("in"), "--output", At(output)]);

        // Each file was done once.
        Assert.Equal(count, (await File.ReadAllLinesAsync(At("killed.jsonl"))).Count(line => line.StartsWith("{\"state\":\"done\"", StringComparison.Ordinal)));
        await OutputOf("verify", "--manifest", At("killed.jsonl"), At("in"));
    }

    [Fact]
    public async Task A_conversion_that_is_killed_half_way_goes_on_and_ends_with_the_files_of_a_run_that_was_not() =>
        await KillHalfWayAsync(output => ["convert", At("in"), "--output", At(output), "--jobs", "2", "--resume"]);

    /// <summary>Kills runs until they have done all, and compares what they made with what a run made that was not killed.</summary>
    /// <param name="command">The command line that writes to a folder.</param>
    /// <returns>The number of files.</returns>
    private async Task<int> KillHalfWayAsync(Func<string, string[]> command)
    {
        const int Count = 60;
        for (int i = 0; i < Count; i++)
            WritePng($"in/{i % 4}/{i}.png", 128, 128, i);
        await OutputAsync(Start(command("whole")));

        // Each time a few files further, at no particular place within one.
        for (int stop = 4; stop <= 24; stop += 10)
        {
            using Process process = Start(command("killed"));
            process.StandardInput.Close();
            while (!process.HasExited && Outputs("killed").Length < stop)
                await Task.Delay(1);
            process.Kill();
            await process.WaitForExitAsync();
            Assert.InRange(Outputs("killed").Length, stop, Count - 1);
        }

        await OutputAsync(Start(command("killed")));
        Assert.Equal(Outputs("whole"), Outputs("killed"));
        Assert.Equal(Count, Outputs("killed").Length);
        foreach (string output in Outputs("killed"))
            Assert.Equal(await File.ReadAllBytesAsync(At("whole/" + output)), await File.ReadAllBytesAsync(At("killed/" + output)));

        // Nothing that was cut off is left.
        Assert.DoesNotContain(Files(), file => file.EndsWith(".tmp", StringComparison.Ordinal));
        return Count;

        string[] Outputs(string folder) =>
            Directory.Exists(At(folder)) ? [.. Files().Where(f => f.StartsWith(folder + "/", StringComparison.Ordinal) && !f.EndsWith(".tmp", StringComparison.Ordinal)).Select(f => f[(folder.Length + 1)..])] : [];
    }

    private static Task<string> OutputOf(params string[] arguments) => OutputAsync(Start(arguments));

    /// <summary>Runs the program without some of the processor's instructions.</summary>
    private static Task<string> OutputWithout(string disabled, params string[] arguments) => OutputAsync(Start(arguments, disabled));

    private static async Task<string> OutputAsync(Process started)
    {
        using Process process = started;
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("", await error);
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private static Process Start(string[] arguments, string? disabled = null)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Tessera.Cli.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (disabled is not null)
            start.Environment[disabled] = "0";
        return Process.Start(start)!;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
