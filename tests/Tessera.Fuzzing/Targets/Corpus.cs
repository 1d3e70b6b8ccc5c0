namespace Tessera.Fuzzing.Targets;

/// <summary>The files that runs start from. They lie beside the program.</summary>
internal static class Corpus
{
    /// <summary>The files of one folder, in the order of their names.</summary>
    public static IReadOnlyList<byte[]> Read(string folder)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "corpus", folder);
        return [.. Directory.EnumerateFiles(path).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
    }
}
