using System.IO.Enumeration;

namespace Tessera.Cli.Files;

/// <summary>Finds the files that a path on the command line means.</summary>
internal static class InputFiles
{
    private const int BufferSize = 1 << 16;

    /// <summary>Opens a file, or standard input, for reading from its start.</summary>
    /// <param name="path">The file, or "-".</param>
    /// <param name="terminal">The standard streams.</param>
    public static Stream Open(string path, Terminal terminal) => path == StandardStream.Name
        ? terminal.OpenInput()
        : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>Replaces folders by the files in them.</summary>
    /// <param name="paths">Files, folders, or "-".</param>
    /// <param name="extensions">Extensions with their dot of the files to look for in folders.</param>
    /// <exception cref="ToolException">A folder has none.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> paths, IReadOnlyCollection<string> extensions) =>
        [.. paths.SelectMany(path => path != StandardStream.Name && Directory.Exists(path) ? InFolder(path, extensions) : [path])];

    /// <summary>The files in a folder and the folders in it that have one of the given extensions, in the order of their names.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="extensions">Extensions with their dot; case does not matter.</param>
    /// <exception cref="ToolException">There are none.</exception>
    public static IReadOnlyList<string> InFolder(string folder, IReadOnlyCollection<string> extensions)
    {
        // Folders that are links are not followed: they may lead back to where they are.
        var files = new FileSystemEnumerable<string>(
            folder,
            static (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(),
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && HasExtension(entry.FileName, extensions),
            ShouldRecursePredicate = static (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        string[] found = [.. files.Order(StringComparer.Ordinal)];
        return found.Length > 0
            ? found
            : throw ToolException.InputOutput($"{folder}: There are no files named {string.Join(", ", extensions.Select(e => "*" + e))} in this folder.");
    }

    private static bool HasExtension(ReadOnlySpan<char> name, IReadOnlyCollection<string> extensions)
    {
        foreach (string extension in extensions)
        {
            if (name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
