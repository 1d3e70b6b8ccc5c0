using Tessera.Documentation.Tests.Support;

namespace Tessera.Documentation.Tests;

/// <summary>Links within the repository lead somewhere.</summary>
public sealed class LinkTests
{
    public static TheoryData<string> Names => [.. Document.AllNames()];

    [Fact]
    public void The_documents_are_found() =>
        Assert.Empty(((string[])["README.md", "docs/cli.md", "docs/tutorial-model.md", "samples/README.md", "training/README.md"]).Except(Document.AllNames()));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_link_leads_to_a_file_or_folder_and_a_heading_in_it(string name)
    {
        Document document = Document.Read(name);
        Assert.Empty(document.Links().Where(link => !Exists(document, link.Target)).Select(link => $"{name}, line {link.Line}: {link.Target}"));
    }

    [Theory]
    [InlineData("docs/cli.md#manifests", true)]
    [InlineData("docs/cli.md#no-such-heading", false)]
    [InlineData("docs/none.md", false)]
    [InlineData("#licence", true)]
    [InlineData("#license", false)]
    [InlineData("https://example.org/none", true)]
    public void What_is_not_there_is_found(string target, bool exists) => Assert.Equal(exists, Exists(Document.Read("README.md"), target));

    private static bool Exists(Document from, string target)
    {
        if (Uri.TryCreate(target, UriKind.Absolute, out Uri? uri) && !uri.IsFile)
            return true;
        string[] parts = target.Split('#', 2);
        string folder = Path.GetDirectoryName(Document.PathOf(from.Name))!;
        string path = parts[0] == "" ? Document.PathOf(from.Name) : Path.GetFullPath(Path.Combine(folder, Uri.UnescapeDataString(parts[0])));
        return parts.Length == 1 ? Path.Exists(path) : File.Exists(path) && AnchorsOf(path).Contains(parts[1]);
    }

    private static IReadOnlySet<string> AnchorsOf(string path) => Document.Read(Path.GetRelativePath(Document.PathOf("."), path).Replace('\\', '/')).Anchors;
}
