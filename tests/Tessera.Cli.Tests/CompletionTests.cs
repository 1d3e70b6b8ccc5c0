using System.Diagnostics;
using Tessera.Cli.Completion;
using Tessera.Cli.Tests.Support;

namespace Tessera.Cli.Tests;

/// <summary>Shells learn from the program what may stand next on a command line.</summary>
public sealed class CompletionTests : CliTest
{
    [Theory]
    [InlineData("tessera conv", "convert")]
    [InlineData("tessera encode --eff", "--effort")]
    [InlineData("tessera encode --model ", "raw")]
    [InlineData("tessera convert --model r", "raw")]
    [InlineData("tessera encode --effort ", "1 2 3 4 5 6 7 8 9")]
    [InlineData("tessera encode --engine ", "auto managed")]
    [InlineData("tessera convert --to t", "tsra")]
    [InlineData("tessera completion f", "fish")]
    public async Task The_program_suggests_what_may_stand_next(string line, string expected)
    {
        CliResult result = await RunAsync($"[suggest:{line.Length}]", line);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(expected.Split(' '), result.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("bash", "complete ")]
    [InlineData("zsh", "#compdef tessera\n")]
    [InlineData("fish", "complete --command tessera ")]
    [InlineData("pwsh", "Register-ArgumentCompleter ")]
    public async Task Each_shell_gets_a_script_of_its_own_that_asks_the_program(string shell, string registration)
    {
        CliResult result = await RunAsync("completion", shell);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains(registration, result.Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shell_that_there_is_no_script_for_is_refused()
    {
        Assert.Equal(["bash", "zsh", "fish", "pwsh"], CompletionScript.Shells);
        Assert.Equal(2, (await RunAsync("completion", "dos")).ExitCode);
    }

    [Theory]
    [InlineData("tessera ver", "verify")]
    [InlineData("tessera encode --model cau", "causal/photo")]
    [InlineData("tessera encode photo.png --thr", "--threads")]
    [InlineData("tessera convert --to pa", "pam")]
    [InlineData("tessera encode pho", "")]
    [InlineData("tessera encode --output o", "")]
    public async Task Bash_completes_what_the_program_knows_and_leaves_file_names_to_itself(string line, string expected)
    {
        if (OperatingSystem.IsWindows())
            return;
        string program = At("tessera"), script = At("complete.bash");
        File.WriteAllText(program, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "Tessera.Cli.dll")}' \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.WriteAllText(script, CompletionScript.Read("bash") + "\nCOMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1))\n_tessera\necho \"${COMPREPLY[*]}\"\n");
        var start = new ProcessStartInfo("bash", [script, program, .. line.Split(' ')[1..]]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process bash = Process.Start(start)!;
        Task<string> error = bash.StandardError.ReadToEndAsync();
        Assert.Equal(expected, (await bash.StandardOutput.ReadToEndAsync()).TrimEnd('\n'));
        await bash.WaitForExitAsync();
        Assert.Equal("", await error);
    }
}
