namespace Tessera.Models;

/// <summary>Files of the repository that tests read.</summary>
internal static class Repository
{
    /// <summary>Gives the path of a file or folder, from its parts within the repository.</summary>
    public static string PathOf(params string[] parts)
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Codec.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new FileNotFoundException("The tests run within the repository.");
        return Path.Combine([folder, .. parts]);
    }
}
