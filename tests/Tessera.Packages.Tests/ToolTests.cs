namespace Tessera.Packages.Tests;

/// <summary>The program, installed as its package's readme says.</summary>
[Collection(PackedFeedTests.Name)]
public sealed class ToolTests(PackedFeed feed)
{
    [Fact]
    public async Task An_installed_tool_codes_an_image_and_gives_its_pixels_back()
    {
        string folder = feed.CreateFolder("tool");
        await CommandLine.DotnetAsync(folder, "tool", "install", "Tessera.Tool", "--tool-path", "installed", "--version", PackedFeed.Version);
        string program = Directory.EnumerateFiles(Path.Combine(folder, "installed"), "tessera*").Single();

        CommandResult version = await CommandLine.RunAsync(program, folder, "--version");
        Assert.StartsWith("tessera " + BuildSettings.Version, version.Output, StringComparison.Ordinal);

        byte[] image = Pictures.WritePpm(Path.Combine(folder, "photo.ppm"));
        CommandResult encoded = await CommandLine.RunAsync(program, folder, "encode", "photo.ppm");
        CommandResult decoded = await CommandLine.RunAsync(program, folder, "decode", "photo.tsra", "same.ppm");

        Assert.Equal((0, "", 0, ""), (encoded.ExitCode, encoded.Error, decoded.ExitCode, decoded.Error));
        Assert.Equal(image, await File.ReadAllBytesAsync(Path.Combine(folder, "same.ppm")));
    }
}
