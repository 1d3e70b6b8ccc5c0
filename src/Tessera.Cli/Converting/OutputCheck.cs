using Tessera.Cli.Files;

namespace Tessera.Cli.Converting;

/// <summary>What stands in the place of an output.</summary>
internal enum OutputState
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A file that is empty, or older than the input.</summary>
    Stale,

    /// <summary>A file that was made of the input as it is, as far as times tell.</summary>
    Done,
}

/// <summary>
/// Tells what an earlier run has done without a list of it: an output has its name only when it is complete, and has the time of its input then.
/// </summary>
internal static class OutputCheck
{
    /// <summary>File systems of memory cards round times down to whole even seconds.</summary>
    private static readonly TimeSpan Granularity = TimeSpan.FromSeconds(2);

    /// <summary>Looks at the output of a file.</summary>
    /// <exception cref="FileNotFoundException">There is no input.</exception>
    public static OutputState Check(FileJob job)
    {
        FileInfo input = new(job.Input), output = new(job.Output);
        if (!input.Exists)
            throw new FileNotFoundException(null, job.Input);
        if (!output.Exists)
            return OutputState.Missing;
        return output.Length > 0 && output.LastWriteTimeUtc > input.LastWriteTimeUtc - Granularity ? OutputState.Done : OutputState.Stale;
    }
}
