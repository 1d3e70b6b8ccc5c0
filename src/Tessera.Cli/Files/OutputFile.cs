namespace Tessera.Cli.Files;

/// <summary>
/// A file that appears under its name only when it is complete: it is written beside its place under another name, and renamed.
/// Standard output has no such place, and is written as it comes.
/// </summary>
internal sealed class OutputFile : IAsyncDisposable
{
    private const int BufferSize = 1 << 16;
    private const string TemporarySuffix = ".tmp";

    private static readonly int RandomNameLength = Path.GetRandomFileName().Length;

    private readonly string _path;
    private readonly string? _temporaryPath;
    private readonly bool _overwrite;
    private bool _committed;

    private OutputFile(Stream stream, string path, string? temporaryPath, bool overwrite)
    {
        Stream = stream;
        _path = path;
        _temporaryPath = temporaryPath;
        _overwrite = overwrite;
    }

    /// <summary>Where the content goes. It can be read back where <see cref="IsFile"/> holds.</summary>
    public Stream Stream { get; }

    /// <summary>Whether it is a file, not standard output.</summary>
    public bool IsFile => _temporaryPath is not null;

    /// <summary>When the file is to have been written last, in UTC; null for when it is. It has no meaning for standard output.</summary>
    public DateTime? Modified { get; set; }

    /// <summary>Begins a file, or standard output.</summary>
    /// <param name="path">The file's name, or "-". Folders that are missing are created.</param>
    /// <param name="overwrite">Whether an existing file may be replaced, and a terminal written to.</param>
    /// <param name="terminal">The standard streams.</param>
    /// <exception cref="ToolException">There is such a file, or standard output is a terminal, and it must not be overwritten.</exception>
    public static OutputFile Create(string path, bool overwrite, Terminal terminal)
    {
        if (path == StandardStream.Name)
        {
            return !terminal.IsOutputTerminal || overwrite
                ? new(terminal.OpenOutput(), path, null, overwrite)
                : throw ToolException.Usage("An image is not shown on a terminal; name a file, or redirect standard output.");
        }

        // A link stays a link, and what it leads to is replaced.
        var file = new FileInfo(path);
        string target = file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        if (Directory.Exists(target) || target.StartsWith("/dev/", StringComparison.Ordinal))
            throw ToolException.InputOutput($"{path}: This is not a regular file.");
        if (File.Exists(target) && !overwrite)
            throw AlreadyExists(path);

        string folder = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(folder);
        string temporaryPath = Path.Combine(folder, TemporaryPrefix(target) + Path.GetRandomFileName() + TemporarySuffix);
        var stream = new FileStream(temporaryPath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, BufferSize, FileOptions.Asynchronous);
        return new(stream, target, temporaryPath, overwrite);
    }

    /// <summary>Removes what a process that was killed has left of outputs. No process may be writing them.</summary>
    /// <param name="paths">The outputs' names.</param>
    public static void RemoveLeftovers(params IEnumerable<string> paths)
    {
        foreach (IGrouping<string, string> folder in paths.Select(Path.GetFullPath).GroupBy(p => Path.GetDirectoryName(p)!).Where(f => Directory.Exists(f.Key)))
        {
            // Each folder is read once, however many of its files are asked for.
            HashSet<string> prefixes = [.. folder.Select(TemporaryPrefix)];
            foreach (string file in Directory.EnumerateFiles(folder.Key, "*" + TemporarySuffix, new EnumerationOptions { AttributesToSkip = 0 }))
            {
                string name = Path.GetFileName(file);
                if (name.Length > RandomNameLength + TemporarySuffix.Length && prefixes.Contains(name[..^(RandomNameLength + TemporarySuffix.Length)]))
                    File.Delete(file);
            }
        }
    }

    /// <summary>What is wrong where a file stands in the output's place.</summary>
    public static ToolException AlreadyExists(string path) => ToolException.InputOutput($"{path}: This file exists already; --force replaces it.");

    /// <summary>Puts the complete file into its place.</summary>
    /// <param name="cancellationToken">Ends the wait; the file does not appear then.</param>
    /// <exception cref="ToolException">Someone else created such a file meanwhile.</exception>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await Stream.FlushAsync(cancellationToken);
        if (_temporaryPath is null)
            return;
        await Stream.DisposeAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (Modified is { } time)
            File.SetLastWriteTimeUtc(_temporaryPath, time);
        try
        {
            File.Move(_temporaryPath, _path, _overwrite);
        }
        catch (IOException) when (!_overwrite && File.Exists(_path))
        {
            throw AlreadyExists(_path);
        }

        _committed = true;
    }

    /// <summary>Closes the file, and removes it unless it was committed.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Stream.DisposeAsync();
        }
        finally
        {
            if (_temporaryPath is not null && !_committed)
                File.Delete(_temporaryPath);
        }
    }

    private static string TemporaryPrefix(string target) => $".{Path.GetFileName(target)}.";
}
