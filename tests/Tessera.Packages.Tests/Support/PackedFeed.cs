using Tessera.Models;

namespace Tessera.Packages.Tests;

/// <summary>
/// The packages of this repository in a folder that is a package feed, and room for programs that install them: all in a temporary folder that no
/// setting of the repository reaches, with a package cache of its own.
/// </summary>
public sealed class PackedFeed : IAsyncLifetime
{
    // A version that nobody publishes: it can be in no cache.
    internal const string Suffix = "packed";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("tessera-packages-");

    internal static string Version { get; } = $"{BuildSettings.Version}-{Suffix}";

    internal IReadOnlyList<Package> Packages { get; private set; } = [];

    /// <summary>The folder of the packages, those of symbols among them.</summary>
    internal string Folder => Path.Combine(_root.FullName, "feed");

    internal Package this[string id] => Packages.Single(p => p.Id == id);

    /// <summary>Packs what the build of these tests has built.</summary>
    public async Task InitializeAsync()
    {
        await CommandLine.DotnetAsync(
            Repository.PathOf(), "pack", "Codec.sln", "--no-build", "-c", BuildSettings.Configuration, $"-p:VersionSuffix={Suffix}", "-o", Folder, "-v", "quiet");
        Packages = [.. Directory.EnumerateFiles(Folder, "*.nupkg").Order(StringComparer.Ordinal).Select(p => new Package(p))];
        Write("NuGet.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <packageSources><clear /><add key="packed" value="{Folder}" /></packageSources>
              <packageSourceMapping><clear /></packageSourceMapping>
              <fallbackPackageFolders><clear /><add key="restored" value="{BuildSettings.PackageFolder}" /></fallbackPackageFolders>
            </configuration>
            """);
    }

    /// <summary>Makes an empty folder beside the feed.</summary>
    internal string CreateFolder(string name) => _root.CreateSubdirectory(name).FullName;

    /// <summary>Writes a file beside the feed.</summary>
    internal void Write(string path, string text) => File.WriteAllText(Path.Combine(_root.FullName, path), text);

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        _root.Delete(recursive: true);
        return Task.CompletedTask;
    }
}

/// <summary>The tests that share it, one after another.</summary>
[CollectionDefinition(Name)]
public sealed class PackedFeedTests : ICollectionFixture<PackedFeed>
{
    internal const string Name = "Packed feed";
}
