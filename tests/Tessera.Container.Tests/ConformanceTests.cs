using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Tessera.Container.Tests;

public class ConformanceTests
{
    public static TheoryData<string> Names => [.. Conformance.Writers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_writer_writes_the_same_bytes_as_ever(string name) =>
        Conformance.AssertPinned(Conformance.PathOf(name), Conformance.Writers[name]());

    [Theory]
    [MemberData(nameof(Names))]
    public void The_reader_reads_the_same_as_ever(string name)
    {
        string path = Conformance.PathOf(name);
        string text = Describe(File.ReadAllBytes(path));
        Conformance.AssertPinned(Path.ChangeExtension(path, "verified.txt"), Encoding.UTF8.GetBytes(text));
    }

    [Fact]
    public void Every_file_of_the_folder_is_tested() =>
        Assert.Equal(
            Conformance.Writers.Keys.Order(),
            Directory.GetFiles(Conformance.Folder, "*.tsra")
                .Select(path => Path.GetFileNameWithoutExtension(path))
                .Where(name => !name.EndsWith(".received", StringComparison.Ordinal))
                .Order());

    [Fact]
    public void The_specification_shows_the_smallest_file_as_it_is()
    {
        string spec = File.ReadAllText(Path.Combine(Conformance.SpecFolder, "container.md")).ReplaceLineEndings("\n");
        string dump = AnnotatedDump.Of(File.ReadAllBytes(Conformance.PathOf("smallest")));
        Assert.True(spec.Contains("```text\n" + dump + "```\n", StringComparison.Ordinal), "spec/container.md should hold:\n" + dump);
    }

    [Fact]
    public void A_description_shows_nothing_that_a_terminal_would_obey()
    {
        string text = Describe(Files.Write(
            Files.SmallHeader,
            new AncillaryChunk(ChunkType.Text, new TextContent("a\nb", "\u001B[31m\u202E\u0085").ToPayload()),
            new SegmentChunk(Files.Segment(0, 1), [])));
        Assert.Contains("\"a\\u000ab\": \"\\u001b[31m\\u202e\\u0085\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_description_names_damage()
    {
        byte[] file = [.. Files.Small];
        file[^20] ^= 1;
        string tooLong = Describe([.. Files.Small, .. new byte[16]], RecoveryMode.SkipDamage);
        Assert.Contains("----  16 bytes damaged", tooLong, StringComparison.Ordinal);
        Assert.Contains("is wrong: the chunk is damaged", Describe(file, RecoveryMode.SkipDamage), StringComparison.Ordinal);
        Assert.Throws<TesseraFormatException>(() => Describe(file));
    }

    private static string Describe(byte[] file, RecoveryMode recovery = RecoveryMode.None)
    {
        using var output = new StringWriter();
        Files.Run(ContainerDescriber.DescribeAsync(PipeReader.Create(new ReadOnlySequence<byte>(file)), output, recovery: recovery));
        return output.ToString();
    }
}
