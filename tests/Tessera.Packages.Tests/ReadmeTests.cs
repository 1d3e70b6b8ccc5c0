using Tessera.Models;

namespace Tessera.Packages.Tests;

/// <summary>
/// What a newcomer does: adds the packages that a readme names, pastes its program, runs it. Each program gets a few lines more, which compare the pixels.
/// </summary>
[Collection(PackedFeedTests.Name)]
public sealed class ReadmeTests(PackedFeed feed)
{
    private const string SamePixels = """
        bool isSame = same.Info == image.Info && same.HasSamePixels(image) && same.Frames[0].Samples.Row(0, 99).SequenceEqual(image.Frames[0].Samples.Row(0, 99));
        TesseraFileInfo coded = await decoder.IdentifyAsync(new MemoryStream(file));
        Console.WriteLine($"{isSame} {string.Join(", ", coded.Models.Select(m => m.Id))}");
        """;

    private const string SameFiles = """
        Console.WriteLine(File.ReadAllBytes("photo.ppm").AsSpan().SequenceEqual(File.ReadAllBytes("same.ppm")));
        """;

    private const string SamePng = """
        using Raster before = await ReadAsync("photo.png"), after = await ReadAsync("same.png");
        Console.WriteLine($"{before.Info.Width} {before.HasSamePixels(after)}");

        static async Task<Raster> ReadAsync(string path)
        {
            await using FileStream file = File.OpenRead(path);
            await using IRasterSource source = await new PngFormat().OpenAsync(file, RasterLimits.Default);
            return await Raster.ReadAsync(source);
        }
        """;

    private const string SameImageSharp = """
        var (before, after) = (new Rgb24[image.Width * image.Height], new Rgb24[same.Width * same.Height]);
        image.CopyPixelDataTo(before);
        same.CopyPixelDataTo(after);
        Console.WriteLine($"{image.Width} {before.AsSpan().SequenceEqual(after)}");
        """;

    // The package, what is added to its program, and what the program then writes.
    private static readonly (string Id, string Addition, string Output)[] Examples =
    [
        ("Tessera.Container", "", "60 x 50, models: classic\nSegmentItem at 41\nEndItem at 4332"),
        ("Tessera.Entropy", "", "True\n4"),
        ("Tessera.Exact", "", "1 input, 1 output, sides are multiples of 2"),
        ("Tessera.TorchSharp", SamePixels, "True idfpp/photo"),
        ("Tessera.Png", SamePng, "600 True"),
        ("Tessera.Netpbm", SameFiles, "True"),
        ("Tessera.ImageSharp", SameImageSharp, "600 True"),
        ("Tessera.Models.BitSwap", SamePixels, "True bitswap/photo, causal/photo"),
        ("Tessera.Models.Causal", SamePixels, "True causal/photo"),
        ("Tessera.Models.Classic", SamePixels, "True classic"),
        ("Tessera.Models.DenseFlow", SamePixels, "True denseflow/photo, causal/photo"),
        ("Tessera.Models.EfficientVdvae", SamePixels, "True evdvae/photo, causal/photo"),
        ("Tessera.Models.IdfPlusPlus", SamePixels, "True idfpp/photo"),
        ("Tessera.Models.Swift", SamePixels, "True swift"),
    ];

    [Fact]
    public async Task A_program_with_the_library_and_one_model_finds_the_model_and_codes_an_image()
    {
        string folder = feed.CreateFolder("Newcomer");
        Package package = feed["Tessera"];
        await CommandLine.DotnetAsync(folder, "new", "console", "--no-restore");
        foreach (string id in package.AddedPackages)
            await CommandLine.DotnetAsync(folder, "add", "package", id, "--version", PackedFeed.Version);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), package.Example + SamePixels);

        Assert.Equal(["Tessera", "Tessera.Models.Causal"], package.AddedPackages);
        Assert.Equal("True causal/photo\n", (await CommandLine.DotnetAsync(folder, "run")).ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task The_program_of_every_other_readme_does_what_it_says()
    {
        (string Id, string Addition, string Output)[] present = [.. Examples.Where(e => feed.Packages.Any(p => p.Id == e.Id))];
        Assert.Empty(feed.Packages.Select(p => p.Id).Except(Examples.Select(e => e.Id)).Except(["Tessera", "Tessera.Tool"]));
        foreach ((string id, string addition, _) in present)
            await CreateProgramAsync(feed[id], addition);
        string root = feed.CreateFolder("Examples");
        await File.WriteAllTextAsync(Path.Combine(root, "Examples.slnx"), $"<Solution>{string.Concat(present.Select(e => $"<Project Path=\"{e.Id}/{ProjectName(e.Id)}.csproj\" />"))}</Solution>");
        await CommandLine.DotnetAsync(root, "build", "Examples.slnx", "-v", "quiet", "-warnaserror");

        foreach ((string id, _, string output) in present)
            Assert.Equal($"{id}: {output}", $"{id}: {await RunAsync(id)}");
    }

    private async Task CreateProgramAsync(Package package, string addition)
    {
        string folder = feed.CreateFolder(Path.Combine("Examples", package.Id));
        await File.WriteAllTextAsync(Path.Combine(folder, $"{ProjectName(package.Id)}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(package.AddedPackages.Select(id => $"<PackageReference Include=\"{id}\" Version=\"{PackedFeed.Version}\" />"))}
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), package.Example + addition);
        Pictures.WritePpm(Path.Combine(folder, "photo.ppm"));
        File.Copy(Repository.PathOf("samples", "coffee.png"), Path.Combine(folder, "photo.png"));
        File.Copy(Repository.PathOf("spec", "conformance", "classic", "grey-16.tsra"), Path.Combine(folder, "photo.tsra"));
    }

    private async Task<string> RunAsync(string id)
    {
        string folder = feed.CreateFolder(Path.Combine("Examples", id));
        string program = Directory.EnumerateFiles(Path.Combine(folder, "bin"), $"{ProjectName(id)}.dll", SearchOption.AllDirectories).Single();
        return (await CommandLine.DotnetAsync(folder, "exec", program)).ReplaceLineEndings("\n").TrimEnd('\n');
    }

    // Not the package's own name: a program cannot refer to a package of its name.
    private static string ProjectName(string id) => $"Try.{id}";
}
