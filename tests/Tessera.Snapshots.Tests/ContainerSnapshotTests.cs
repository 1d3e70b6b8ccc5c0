using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using DiffEngine;
using Tessera.Container;
using VerifyXunit;

namespace Tessera.Snapshots.Tests;

/// <summary>The renderings of the released files, which lie beside them in spec/conformance/container.</summary>
public sealed class ContainerSnapshotTests
{
    private static readonly string Folder = Path.Combine(FindRoot(), "spec", "conformance", "container");

    public static TheoryData<string> Names => [.. Directory.GetFiles(Folder, "*.tsra").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    [ModuleInitializer]
    internal static void OpenNoWindows() => DiffRunner.Disabled = true;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_released_file_is_described_as_ever(string name)
    {
        byte[] file = await File.ReadAllBytesAsync(Path.Combine(Folder, name + ".tsra"));
        using var description = new StringWriter();
        await ContainerDescriber.DescribeAsync(PipeReader.Create(new ReadOnlySequence<byte>(file)), description);
        await Verifier.Verify(description.ToString()).UseDirectory(Folder).UseFileName(name);
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Codec.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run within the repository.");
    }
}
