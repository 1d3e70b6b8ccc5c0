namespace Tessera.Cli.Benchmarks.Codecs;

/// <summary>Finds programs as a shell does.</summary>
/// <param name="searchPath">The folders to look in, as the environment variable PATH has them.</param>
internal sealed class ProgramFinder(string searchPath)
{
    private static readonly string[] Suffixes = OperatingSystem.IsWindows() ? [".exe", ""] : [""];

    /// <summary>One that looks where this process's programs are looked for.</summary>
    public static ProgramFinder OfEnvironment() => new(Environment.GetEnvironmentVariable("PATH") ?? "");

    /// <summary>The full path of a program, or null if there is none of this name.</summary>
    /// <param name="name">A name, or a path.</param>
    public string? Find(string name) => (
        from folder in Path.IsPathRooted(name) ? [""] : searchPath.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        from suffix in Suffixes
        let path = Path.Combine(folder, name + suffix)
        where IsExecutable(path)
        select path).FirstOrDefault();

    private static bool IsExecutable(string path) =>
        File.Exists(path)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
