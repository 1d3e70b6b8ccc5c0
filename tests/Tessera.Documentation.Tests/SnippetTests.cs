using System.Text.RegularExpressions;
using Tessera.Documentation.Tests.Support;
using Tessera.Models;

namespace Tessera.Documentation.Tests;

/// <summary>C# in documents compiles: each block is a piece, word for word, of a file that the solution builds.</summary>
public sealed partial class SnippetTests
{
    private static readonly string[] Samples = [.. FilesIn("samples")];
    private static readonly string[] Compiled = [.. Samples, .. FilesIn("tests", "Tessera.Documentation.Tests", "Snippets")];

    public static TheoryData<string, int> Blocks
    {
        get
        {
            var blocks = new TheoryData<string, int>();
            // Those in the readmes of packages are compiled and run by the tests of the packages, with the packages themselves.
            foreach (string name in Document.AllNames().Where(name => Path.GetFileName(name) != "PACKAGE.md"))
            {
                foreach (CodeBlock block in Document.Read(name).CodeBlocks().Where(b => b.Language is "csharp" or "cs" or "c#"))
                    blocks.Add(name, block.Line);
            }

            return blocks;
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_block_is_a_piece_of_a_file_that_is_built(string name, int line)
    {
        CodeBlock block = Document.Read(name).CodeBlocks().Single(b => b.Line == line);
        string[] files = name.StartsWith("docs/tutorial-", StringComparison.Ordinal) ? Samples : Compiled;
        Assert.True(files.Any(file => Holds(file, block.Lines)), $"No file has the block at line {line} of {name}:\n{string.Join('\n', block.Lines)}");
    }

    [Fact]
    public void A_block_that_differs_in_one_letter_is_found()
    {
        string[] lines = ["public override SegmentDecoder CreateDecoder() => new Decoder();"];
        Assert.Contains(Samples, file => Holds(file, lines));
        Assert.DoesNotContain(Samples, file => Holds(file, [lines[0].Replace("new", "mew", StringComparison.Ordinal)]));
    }

    /// <summary>Whether a file has the using directives of a block, and its other lines one after the other, at any indentation.</summary>
    private static bool Holds(string file, string[] block)
    {
        string[] text = [.. file.Split('\n').Select(l => l.Trim())];
        ILookup<bool, string> lines = block.Select(l => l.Trim()).ToLookup(l => UsingDirective().IsMatch(l));
        string[] code = [.. lines[false].SkipWhile(l => l == "")];
        int places = Math.Max(0, text.Length - code.Length + 1);
        return lines[true].All(text.Contains) && Enumerable.Range(0, places).Any(at => code.AsSpan().SequenceEqual(text.AsSpan(at, code.Length)));
    }

    private static IEnumerable<string> FilesIn(params string[] folder) =>
        from path in Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)
        where !path.Split(Path.DirectorySeparatorChar).Contains("obj")
        select File.ReadAllText(path).ReplaceLineEndings("\n");

    [GeneratedRegex(@"^using [\w.]+;$")]
    private static partial Regex UsingDirective();
}
