using System.ComponentModel;
using System.Diagnostics;

namespace Tessera.Cli.Benchmarks.Measuring;

/// <summary>Runs programs, one at a time, and measures what they take.</summary>
internal static class ProcessMeter
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Ends the program and its children.</param>
    /// <exception cref="ToolException">It cannot be started.</exception>
    public static Task<ProcessRun> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        Task.Run(() => RunToEndAsync(program, arguments, cancellationToken), CancellationToken.None);

    private static async Task<ProcessRun> RunToEndAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        TimeSpan? before = ProcessorTime.OfEndedChildren();
        long started = Stopwatch.GetTimestamp();
        using Process process = Start(start);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var memory = new PeakMemory(process);
        do
        {
            if (cancellationToken.IsCancellationRequested)
                await EndAsync(process, cancellationToken);
            memory.Observe();
        }
        while (!process.WaitForExit(PeakMemory.TimeToNext(Stopwatch.GetElapsedTime(started))));

        TimeSpan wall = Stopwatch.GetElapsedTime(started);
        TimeSpan? processor = before is { } earlier ? ProcessorTime.OfEndedChildren() - earlier : ProcessorTime.OfEnded(process);
        return new(process.ExitCode, new(wall, processor, memory.Bytes), await output, await error);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw ToolException.InputOutput($"{start.FileName} cannot be started: {e.Message}", e);
        }
    }

    private static async Task EndAsync(Process process, CancellationToken cancellationToken)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
