using System.Security.Cryptography;
using Tessera.Models;

namespace Tessera.Conformance.Tests;

/// <summary>Weights that are published say where they come from.</summary>
public class WeightsCardTests
{
    /// <summary>All weights files of all plugins, by their paths from the root of the repository.</summary>
    public static TheoryData<string> Weights =>
        [.. Directory.EnumerateFiles(Repository.PathOf("plugins"), "*.safetensors", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(Path.GetDirectoryName(f)) == "Weights").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Weights))]
    public void Weights_have_a_card_with_their_hash_data_licence_and_training(string path)
    {
        string card = File.ReadAllText(Path.ChangeExtension(path, ".md"));
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), card, StringComparison.Ordinal);
        foreach (string part in (string[])["# ", "| configuration |", "**Data.**", "**Licence.**", "**Training.**", "**Rates**"])
            Assert.Contains(part, card, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_plugin_with_weights_is_looked_at() => Assert.True(Weights.Count >= 4);
}
