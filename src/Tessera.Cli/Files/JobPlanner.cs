namespace Tessera.Cli.Files;

/// <summary>Turns the paths on the command line into the files to read and to write.</summary>
/// <param name="inputExtensions">Extensions, with their dot, of the files to look for in folders.</param>
/// <param name="outputExtensions">Extensions, with their dot, that an output file may have.</param>
/// <param name="outputExtension">The extension that an output file gets where its name is not given.</param>
/// <param name="isWanted">Whether to take a file of a folder, by its path there with '/' between the parts; null for all.</param>
internal sealed class JobPlanner(
    IReadOnlyCollection<string> inputExtensions, IReadOnlyCollection<string> outputExtensions, string outputExtension, Func<string, bool>? isWanted = null)
{
    /// <summary>Plans the work.</summary>
    /// <param name="paths">Inputs; without <paramref name="output"/>, the second of two is the output.</param>
    /// <param name="output">A file, a folder, "-", or null.</param>
    /// <returns>The images in order, each with an output of its own.</returns>
    /// <exception cref="ToolException">The paths make no sense together.</exception>
    public IReadOnlyList<FileJob> Plan(IReadOnlyList<string> paths, string? output)
    {
        if (output is null && paths.Count == 2)
            (paths, output) = ([paths[0]], paths[1]);
        if (output is null && paths.Count > 2)
            throw ToolException.Usage("For several inputs, name the output folder with --output.");
        return PlanInputs(paths, output);
    }

    /// <summary>Plans the work where all paths are inputs.</summary>
    /// <param name="paths">Inputs.</param>
    /// <param name="output">A file, a folder, "-", or null for beside the inputs.</param>
    /// <returns>The images in order, each with an output of its own.</returns>
    /// <exception cref="ToolException">The paths make no sense together.</exception>
    public IReadOnlyList<FileJob> PlanInputs(IReadOnlyList<string> paths, string? output)
    {
        var jobs = new List<FileJob>();
        foreach (string path in paths)
        {
            if (path == StandardStream.Name)
                jobs.Add(PlanStandardInput(paths.Count, output));
            else if (Directory.Exists(path))
                jobs.AddRange(PlanFolder(path, output));
            else
                jobs.Add(new(path, OutputOf(path, paths.Count, output), Path.GetFileName(path)));
        }

        CheckOutputs(jobs);
        return jobs;
    }

    private static FileJob PlanStandardInput(int inputs, string? output)
    {
        if (inputs > 1)
            throw ToolException.Usage("Standard input cannot be one of several inputs.");
        if (output is not null && IsFolder(output))
            throw ToolException.Usage($"{output}: What comes from standard input has no name; name the output file.");
        return new(StandardStream.Name, output ?? StandardStream.Name, StandardStream.Name);
    }

    private IEnumerable<FileJob> PlanFolder(string folder, string? output)
    {
        if (output == StandardStream.Name || (output is not null && File.Exists(output)))
            throw ToolException.Usage($"{output}: The output for a folder must be a folder.");
        return
            from file in InputFiles.InFolder(folder, inputExtensions)
            let path = Path.GetRelativePath(folder, file)
            let name = path.Replace(Path.DirectorySeparatorChar, '/')
            where isWanted is null || isWanted(name)
            select new FileJob(file, Path.Combine(output ?? folder, Renamed(path)), name);
    }

    private string OutputOf(string input, int inputs, string? output)
    {
        if (output is null)
            return Renamed(input);
        if (output == StandardStream.Name)
            return inputs == 1 ? output : throw ToolException.Usage("Several images cannot all be written to standard output.");
        if (inputs > 1 || IsFolder(output))
            return Path.Combine(output, Renamed(Path.GetFileName(input)));
        return output;
    }

    private void CheckOutputs(IEnumerable<FileJob> jobs)
    {
        var owners = new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach ((string input, string output, _) in jobs)
        {
            if (output == StandardStream.Name)
                continue;
            if (!outputExtensions.Contains(Path.GetExtension(output), StringComparer.OrdinalIgnoreCase))
                throw ToolException.Usage($"{output}: The name of the output must end in {string.Join(", ", outputExtensions)}.");
            if (!owners.TryAdd(Path.GetFullPath(output), input))
                throw ToolException.Usage($"{input} and {owners[Path.GetFullPath(output)]} would both be written to {output}.");
        }
    }

    private static bool IsFolder(string path) => Path.EndsInDirectorySeparator(path) || Directory.Exists(path);

    private string Renamed(string path) => Path.ChangeExtension(path, outputExtension);
}
