using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Tessera.Container;

namespace Tessera.Conformance.Tests;

/// <summary>The folder of pinned files, and what is compared with them.</summary>
internal static class Pinned
{
    public static string Folder { get; } = Path.Combine(FindRoot(), "spec", "conformance");

    /// <summary>The files whose samples are pinned, relative to the folder.</summary>
    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder, "*.sha256", SearchOption.AllDirectories)
            .Where(path => !path.Contains(".received.", StringComparison.Ordinal))
            .Select(path => Path.ChangeExtension(Path.GetRelativePath(Folder, path), null).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    public static string PathOf(string name, string ending) => Path.Combine(Folder, name + ending);

    /// <summary>Compares with a pinned file. A difference leaves what was received beside it.</summary>
    public static void AssertSame(string name, string ending, byte[] actual)
    {
        string path = PathOf(name, ending);
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(actual))
            return;
        string received = PathOf(name, ".received" + ending);
        Directory.CreateDirectory(Path.GetDirectoryName(received)!);
        File.WriteAllBytes(received, actual);
        Assert.Fail($"{path} {(File.Exists(path) ? "is not what was found today" : "is missing")}: see {received}");
    }

    /// <summary>The SHA-256 of an image's samples, as spec/conformance/README.md defines it, and a line feed.</summary>
    public static byte[] SampleHash(Raster image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = new byte[image.Info.Width * sizeof(ushort)];
        foreach (RasterFrame frame in image.Frames)
        {
            for (int channel = 0; channel < image.Info.Format.Channels; channel++)
            {
                for (int y = 0; y < image.Info.Height; y++)
                {
                    Span<ushort> row = frame.Samples.Row(channel, y);
                    for (int x = 0; x < row.Length; x++)
                        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(x * sizeof(ushort)), row[x]);
                    hash.AppendData(bytes);
                }
            }
        }

        return System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()) + "\n");
    }

    /// <summary>A file's structure as text.</summary>
    public static async Task<byte[]> DescribeAsync(byte[] file)
    {
        using var output = new StringWriter();
        await ContainerDescriber.DescribeAsync(PipeReader.Create(new ReadOnlySequence<byte>(file)), output);
        return System.Text.Encoding.UTF8.GetBytes(output.ToString());
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Codec.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run within the repository.");
    }
}
