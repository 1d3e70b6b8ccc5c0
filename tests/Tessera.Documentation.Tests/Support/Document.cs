using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Tessera.Models;

namespace Tessera.Documentation.Tests.Support;

/// <summary>A Markdown file of the repository.</summary>
internal sealed class Document
{
    private static readonly string[] LeftOutFolders = ["bin", "obj", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts"];

    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).Build();

    private readonly MarkdownDocument _content;

    private Document(string name)
    {
        Name = name;
        _content = Markdown.Parse(File.ReadAllText(PathOf(name)), Pipeline);
    }

    /// <summary>All that people wrote, by their paths from the root.</summary>
    public static IEnumerable<string> AllNames() => In(new DirectoryInfo(Repository.PathOf())).Order(StringComparer.Ordinal);

    public static Document Read(string name) => new(name);

    /// <summary>The path from the repository's root, with '/'.</summary>
    public string Name { get; }

    /// <summary>What links may name after a '#', as GitHub makes it of headings.</summary>
    public IReadOnlySet<string> Anchors => _content.Descendants<HeadingBlock>().Select(h => h.GetAttributes().Id!).ToHashSet();

    /// <summary>Where links lead, with the lines in which they are.</summary>
    public IEnumerable<(int Line, string Target)> Links() => _content.Descendants<LinkInline>().Select(l => (l.Line + 1, l.Url ?? ""));

    public IEnumerable<CodeBlock> CodeBlocks() =>
        from block in _content.Descendants<Markdig.Syntax.CodeBlock>()
        let lines = block.Lines.Lines.Take(block.Lines.Count).Select(l => l.ToString())
        select new CodeBlock(block.Line + 1, (block as FencedCodeBlock)?.Info, [.. lines]);

    public static string PathOf(string name) => Repository.PathOf(name.Split('/'));

    private static IEnumerable<string> In(DirectoryInfo folder) =>
        folder.EnumerateFiles("*.md").Select(f => Path.GetRelativePath(Repository.PathOf(), f.FullName).Replace('\\', '/'))
            .Concat(folder.EnumerateDirectories().Where(d => d.Name[0] != '.' && !LeftOutFolders.Contains(d.Name)).SelectMany(In));
}
