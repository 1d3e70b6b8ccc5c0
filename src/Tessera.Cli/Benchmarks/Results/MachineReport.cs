using System.Globalization;
using System.Runtime.InteropServices;

namespace Tessera.Cli.Benchmarks.Results;

/// <summary>What was measured on.</summary>
/// <param name="Processor">The processor's name.</param>
/// <param name="Cores">Processors that programs may use.</param>
/// <param name="MemoryBytes">Memory.</param>
/// <param name="System">The operating system.</param>
/// <param name="Architecture">The instruction set.</param>
/// <param name="Runtime">What runs Tessera.</param>
/// <param name="Load">How many threads waited for a processor on average in the minute before the start; null where the system does not tell.</param>
internal sealed record MachineReport(string Processor, int Cores, long MemoryBytes, string System, string Architecture, string Runtime, double? Load)
{
    /// <summary>Whether others worked on the machine, so that times by the clock are too long.</summary>
    public bool IsBusy => Load > 0.5 * Cores;

    /// <summary>Describes this machine.</summary>
    public static MachineReport OfThis() => new(
        ProcessorName(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        RuntimeInformation.OSDescription,
        RuntimeInformation.ProcessArchitecture.ToString(),
        RuntimeInformation.FrameworkDescription,
        LoadOfLastMinute());

    private static string ProcessorName() =>
        FirstLine("/proc/cpuinfo", "model name")?.Split(':', 2)[1].Trim()
        ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
        ?? "unknown processor";

    private static double? LoadOfLastMinute() =>
        FirstLine("/proc/loadavg", "")?.Split(' ')[0] is { } load && double.TryParse(load, CultureInfo.InvariantCulture, out double value) ? value : null;

    private static string? FirstLine(string file, string start) =>
        File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)) : null;
}
