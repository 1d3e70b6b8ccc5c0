using System.Buffers.Binary;
using System.IO.Compression;
using Tessera.Models;

namespace Tessera.Packages.Tests;

/// <summary>What a package gallery and a program see of the packages, before any code of theirs runs.</summary>
[Collection(PackedFeedTests.Name)]
public sealed class PackageContentTests(PackedFeed feed)
{
    // Those that need other packages are there only where a feed has these.
    private static readonly Dictionary<string, string[]> Expected = new()
    {
        ["Tessera"] = ["Tessera.Container", "Tessera.Entropy", "Tessera.Exact"],
        ["Tessera.Container"] = [],
        ["Tessera.Entropy"] = [],
        ["Tessera.Exact"] = [],
        ["Tessera.ImageSharp"] = ["SixLabors.ImageSharp", "Tessera", "Tessera.Models.Causal", "Tessera.Models.Classic", "Tessera.Models.Swift"],
        ["Tessera.Models.BitSwap"] = ["Tessera", "Tessera.Entropy", "Tessera.Exact"],
        ["Tessera.Models.Causal"] = ["Tessera", "Tessera.Entropy", "Tessera.Exact"],
        ["Tessera.Models.Classic"] = ["Tessera", "Tessera.Entropy"],
        ["Tessera.Models.DenseFlow"] = ["Tessera", "Tessera.Entropy", "Tessera.Exact"],
        ["Tessera.Models.EfficientVdvae"] = ["Tessera", "Tessera.Entropy", "Tessera.Exact"],
        ["Tessera.Models.IdfPlusPlus"] = ["Tessera", "Tessera.Entropy", "Tessera.Exact"],
        ["Tessera.Models.Swift"] = ["Tessera", "Tessera.Entropy"],
        ["Tessera.Netpbm"] = ["Tessera"],
        ["Tessera.Png"] = ["Tessera"],
        ["Tessera.Tool"] = [],
        ["Tessera.TorchSharp"] = ["Tessera.Exact", "TorchSharp"],
    };

    private static readonly string[] Optional = ["Tessera.ImageSharp", "Tessera.TorchSharp"];

    [Fact]
    public void Exactly_the_libraries_the_models_and_the_tool_are_packed()
    {
        var packed = feed.Packages.Select(p => p.Id).ToHashSet();
        Assert.Empty(packed.Except(Expected.Keys));
        Assert.Empty(Expected.Keys.Except(packed).Except(Optional));
    }

    [Fact]
    public void Each_depends_on_what_it_uses_and_on_this_version_of_it()
    {
        Assert.All(feed.Packages, package =>
        {
            Assert.Equal(Expected[package.Id].Order(), package.Dependencies.Keys.Order());
            Assert.All(package.Dependencies.Where(d => Expected.ContainsKey(d.Key)), d => Assert.Equal(PackedFeed.Version, d.Value));
        });
    }

    [Fact]
    public void Each_says_what_it_is()
    {
        Assert.All(feed.Packages, package =>
        {
            Assert.Equal(PackedFeed.Version, package.Version);
            Assert.Equal("Apache-2.0", package.Text("license"));
            Assert.Contains("lossless", package.Text("tags").Split(' '));
            Assert.True(package.Text("description").Length > 40);
            Assert.Contains(package.Text("readme"), package.Files);
            byte[] icon = package.ReadBytes(package.Text("icon"));
            Assert.Equal((128, 128), (BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(20))));
        });
        Assert.Distinct(feed.Packages.Select(p => p.Text("description")));
    }

    [Fact]
    public void A_library_is_one_assembly_with_documentation_and_symbols()
    {
        Assert.All(feed.Packages.Where(p => p.Id != "Tessera.Tool"), package =>
        {
            string[] library = [$"lib/net10.0/{package.Id}.dll", $"lib/net10.0/{package.Id}.xml"];
            Assert.Equal(library, package.Files.Where(f => f.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
            Assert.Contains($"lib/net10.0/{package.Id}.pdb", SymbolsOf(package));
        });
    }

    [Fact]
    public void A_model_with_weights_brings_their_card()
    {
        string[] cards = [.. Directory.EnumerateFiles(Repository.PathOf("plugins"), "*.md", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(Path.GetDirectoryName(f)) == "Weights").Select(f => Path.GetFileName(f)!)];
        Assert.NotEmpty(cards);
        Assert.Equal(cards.Order(), feed.Packages.SelectMany(p => p.Files).Where(f => f.StartsWith("weights/", StringComparison.Ordinal)).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void The_tool_brings_every_model_and_nothing_of_this_machine()
    {
        Package tool = feed["Tessera.Tool"];
        Assert.All(Expected.Keys.Where(id => id.StartsWith("Tessera.Models.", StringComparison.Ordinal)), id => Assert.Contains($"tools/net10.0/any/{id}.dll", tool.Files));
        Assert.All(tool.Files.Where(f => f.StartsWith("tools/", StringComparison.Ordinal)), f => Assert.Contains(Path.GetExtension(f), (string[])[".dll", ".pdb", ".json", ".xml"]));
        Assert.Contains("tools/net10.0/any/Tessera.Cli.pdb", SymbolsOf(tool));
    }

    private string[] SymbolsOf(Package package)
    {
        using ZipArchive symbols = ZipFile.OpenRead(Path.Combine(feed.Folder, $"{package.Id}.{package.Version}.snupkg"));
        return [.. symbols.Entries.Select(e => e.FullName)];
    }
}
