using System.Runtime.InteropServices;
using Tessera.Models;

namespace Tessera.Packages.Tests;

/// <summary>The program as docs/packages.md publishes it. What is published lies in a temporary folder, with all that is built for it.</summary>
public sealed class PublishTests : IDisposable
{
    private static readonly string[] Models = ["swift", "classic", "causal/photo", "idfpp/photo", "bitswap/photo", "evdvae/photo", "denseflow/photo"];

    private readonly string _folder = Directory.CreateTempSubdirectory("tessera-publish-").FullName;

    public static TheoryData<string> Ways => new(
    [
        "-p:PublishSingleFile=true -p:PublishTrimmed=true --self-contained",
        "-p:PublishAot=true",
        .. RuntimeInformation.OSArchitecture == Architecture.X64 ? ["-p:PublishAot=true -p:IlcInstructionSet=x86-64-v3"] : (string[])[],
    ]);

    [PublishTheory]
    [MemberData(nameof(Ways))]
    public async Task A_trimmed_or_native_program_is_published_without_warnings_and_codes_as_any_other(string options)
    {
        // Only one file, and what a debugger takes: nothing else is needed to run it.
        string plain = await PublishAsync("plain", ""), program = await PublishAsync("published", options);
        Assert.Single(Directory.EnumerateFiles(Path.GetDirectoryName(program)!), f => Path.GetExtension(f) is not (".dbg" or ".pdb" or ".dwarf"));

        foreach (string model in Models)
            Assert.Equal(await EncodeAsync(plain, model), await EncodeAsync(program, model));
        foreach (string pinned in Directory.EnumerateFiles(Repository.PathOf("spec", "conformance"), "*.sha256", SearchOption.AllDirectories).Order())
            await DecodeAsync(program, Path.ChangeExtension(pinned, ".tsra"), (await File.ReadAllTextAsync(pinned)).Trim());

        CommandResult plugins = await CommandLine.RunAsync(program, _folder, "models", "--plugins", _folder);
        Assert.Equal(2, plugins.ExitCode);
        Assert.Contains("Use the .NET tool", plugins.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> PublishAsync(string name, string options)
    {
        string output = Path.Combine(_folder, name);
        string log = await CommandLine.DotnetAsync(Repository.PathOf(), [
            "publish", "src/Tessera.Cli", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--artifacts-path", Path.Combine(_folder, "build"), "-o", output,
            .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.DoesNotContain("warning", log, StringComparison.OrdinalIgnoreCase);
        return Path.Combine(output, OperatingSystem.IsWindows() ? "tessera.exe" : "tessera");
    }

    private async Task<byte[]> EncodeAsync(string program, string model)
    {
        string file = Path.Combine(_folder, "coded.tsra");
        CommandResult result = await CommandLine.RunAsync(program, _folder, "encode", "--force", "--model", model, Repository.PathOf("samples", "coffee.png"), file);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return await File.ReadAllBytesAsync(file);
    }

    // PAM has one frame and straight alpha. Of other files every segment's checksum is compared.
    private async Task DecodeAsync(string program, string file, string hash)
    {
        string image = Path.Combine(_folder, "image.pam");
        CommandResult result = await CommandLine.RunAsync(program, _folder, "decode", "--force", file, image);
        if (result.Error.Contains("Netpbm", StringComparison.Ordinal))
            Assert.Equal(0, (await CommandLine.RunAsync(program, _folder, "verify", file)).ExitCode);
        else
            Assert.Equal((file, 0, "", hash), (file, result.ExitCode, result.Error, PamSamples.Hash(await File.ReadAllBytesAsync(image))));
    }
}
