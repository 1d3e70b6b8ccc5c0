namespace Tessera.Cli.Benchmarks.Measuring;

/// <summary>What a process took.</summary>
/// <param name="Wall">From before it was started until it had ended.</param>
/// <param name="Processor">Time that processors spent on it and on its children, in user mode and in the kernel; null where that is not known.</param>
/// <param name="PeakBytes">The most memory that it had resident, as far as was seen; null where that is not known.</param>
internal readonly record struct ProcessCost(TimeSpan Wall, TimeSpan? Processor, long? PeakBytes)
{
    /// <summary>The least time and the most memory of two runs.</summary>
    public static ProcessCost Best(ProcessCost a, ProcessCost b) => new(
        a.Wall < b.Wall ? a.Wall : b.Wall,
        a.Processor < b.Processor ? a.Processor : b.Processor,
        a.PeakBytes > b.PeakBytes ? a.PeakBytes : b.PeakBytes);
}

/// <summary>A process that has ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Cost">What it took.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
internal sealed record ProcessRun(int ExitCode, ProcessCost Cost, string Output, string Error)
{
    /// <summary>Its last words, in one line.</summary>
    public string LastLine => new[] { Error, Output }
        .Select(text => text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault())
        .FirstOrDefault(line => line is not null) ?? "It said nothing.";
}
