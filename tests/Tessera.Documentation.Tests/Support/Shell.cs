using System.Diagnostics;
using Tessera.Models;

namespace Tessera.Documentation.Tests.Support;

/// <summary>Runs commands in the repository's root; what they write to <c>artifacts</c> goes to a folder that is removed afterwards.</summary>
internal sealed class Shell : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);
    private readonly string _folder = Directory.CreateTempSubdirectory("tessera-docs-").FullName;

    public Shell()
    {
        AddProgram("tessera", $"exec dotnet '{Path.Combine(AppContext.BaseDirectory, "Tessera.Cli.dll")}' \"$@\"");
        AddProgram("python3", $"exec {TrainingFactAttribute.Python} \"$@\"");
        Directory.CreateDirectory(Path.Combine(_folder, "artifacts"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Runs commands one after the other, until one fails.</summary>
    /// <returns>The exit code of the last one, and all that they said.</returns>
    public async Task<(int ExitCode, string Output)> RunAsync(IEnumerable<string> commands)
    {
        string script = Path.Combine(_folder, "commands");
        string text = string.Join('\n', commands).Replace("artifacts/", Path.Combine(_folder, "artifacts") + "/", StringComparison.Ordinal);
        await File.WriteAllTextAsync(script, "set -euxo pipefail\nexec 2>&1\n" + text + "\n");
        var start = new ProcessStartInfo("bash", [script]) { WorkingDirectory = Repository.PathOf(), RedirectStandardOutput = true };
        SetEnvironment(start.Environment);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The commands took more than {Limit}: {await output}");
        }

        return (process.ExitCode, await output);
    }

    private void AddProgram(string name, string command)
    {
        string path = Path.Combine(_folder, "bin", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"#!/bin/sh\n{command}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private void SetEnvironment(IDictionary<string, string?> environment)
    {
        // What the build that runs the tests says to its own processes is not for others.
        foreach (string name in environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            environment.Remove(name);
        environment["PATH"] = Path.Combine(_folder, "bin") + Path.PathSeparator + environment["PATH"];

        // No process stays that holds the output, and what is built already is not built again in another configuration.
        environment["MSBUILDDISABLENODEREUSE"] = "1";
        environment["UseSharedCompilation"] = "false";
        environment["DOTNET_CLI_DISABLE_PUBLISH_AND_PACK_RELEASE"] = "true";
        environment["Configuration"] = Configuration;
        environment["DOTNET_NOLOGO"] = environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        environment["OMP_WAIT_POLICY"] = "passive";
    }

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif
}
