using Tessera.Documentation.Tests.Support;

namespace Tessera.Documentation.Tests;

/// <summary>Links within the repository lead somewhere.</summary>
public sealed class LinkTests
{
    public static TheoryData<string> Names => [.. Document.AllNames()];

    [Fact]
    public void The_documents_are_found() =>
        Assert.Superset(new HashSet<string> { "README.md", "docs/cli.md", "docs/tutorial-model.md", "samples/README.md", "spec/entropy.md", "training/README.md" }, Document.AllNames().ToHashSet());

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_link_leads_to_a_file_or_folder_and_a_heading_in_it(string name)
    {
        Document document = Document.Read(name);
        Assert.Empty(document.Links().Where(link => !Exists(document, link.Target)).Select(link => $"{name}, line {link.Line}: {link.Target}"));
    }

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
