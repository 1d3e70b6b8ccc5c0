using System.Diagnostics;
using Tessera.Cli.Display;
using Tessera.Cli.Files;

namespace Tessera.Cli.Converting;

/// <summary>How a run goes about its files.</summary>
/// <param name="Jobs">Files at once, at least 1.</param>
/// <param name="Resume">Whether to pass over what is done.</param>
/// <param name="Force">Whether to replace files that exist.</param>
/// <param name="DryRun">Whether to do all but convert.</param>
internal sealed record ConversionMode(int Jobs, bool Resume, bool Force, bool DryRun)
{
    /// <summary>Whether to show a progress bar where a person watches.</summary>
    public bool ShowsProgress { get; init; }
}

/// <summary>Converts many files, several at once. What fails is reported, and the rest is done all the same.</summary>
/// <param name="terminal">Where a progress bar is shown.</param>
/// <param name="converter">Converts a file.</param>
/// <param name="mode">How to go about it.</param>
/// <param name="report">Told what becomes of each file, one at a time.</param>
internal sealed class ConversionRun(Terminal terminal, IFileConverter converter, ConversionMode mode, IConversionReport report)
{
    private readonly Lock _reporting = new();

    /// <summary>Does the work.</summary>
    /// <param name="jobs">The files.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The highest exit code of any file.</returns>
    public async Task<int> RunAsync(IReadOnlyList<FileJob> jobs, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        if (mode is { Resume: true, DryRun: false })
            OutputFile.RemoveLeftovers(jobs.Select(j => j.Output));
        var progress = new ConversionProgress(jobs.Count, jobs.Sum(j => LengthOf(j.Input)));
        Task<ConversionTotals> running = Task.Run(() => ConvertAllAsync(jobs, progress, cancellationToken), CancellationToken.None);
        ConversionTotals totals = mode.ShowsProgress ? await new ProgressDisplay(terminal).FollowAsync(() => progress.State, running) : await running;
        if (cancellationToken.IsCancellationRequested && totals.NotDone > 0)
            totals = totals with { ExitCode = ExitCode.Cancelled };
        report.Show(totals, clock.Elapsed);
        return totals.ExitCode;
    }

    private async Task<ConversionTotals> ConvertAllAsync(IReadOnlyList<FileJob> jobs, ConversionProgress progress, CancellationToken cancellationToken)
    {
        // Files that are begun are waited for when the work is cut off, so that none of them is left half done.
        await Parallel.ForEachAsync(jobs, new ParallelOptions { MaxDegreeOfParallelism = mode.Jobs }, async (job, _) =>
        {
            if (cancellationToken.IsCancellationRequested)
                return;
            FileProgress file = progress.Begin(LengthOf(job.Input));
            ConversionOutcome outcome = await ConvertAsync(job, file, cancellationToken);
            lock (_reporting)
            {
                progress.End(file, outcome);
                report.Show(outcome);
            }
        });
        return progress.Totals;
    }

    private async Task<ConversionOutcome> ConvertAsync(FileJob job, FileProgress progress, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            OutputState state = OutputCheck.Check(job);
            if (mode.Resume && state == OutputState.Done)
                return Outcome(ConversionStatus.Skipped);
            if (mode is { Resume: true, Force: false } && state == OutputState.Stale)
                throw ToolException.InputOutput($"{job.Output}: This file is older than its input, or empty; --force replaces it.");
            if (state != OutputState.Missing && !mode.Force)
                throw OutputFile.AlreadyExists(job.Output);
            if (mode.DryRun)
                return Outcome(ConversionStatus.Planned);
            ConvertedFile file = await converter.ConvertAsync(job, progress, cancellationToken);
            return Outcome(ConversionStatus.Converted) with { File = file };
        }
        catch (Exception e)
        {
            // An operation that is cut off may fail in its own way before it notices why.
            return cancellationToken.IsCancellationRequested
                ? Outcome(ConversionStatus.Cancelled) with { Failure = Failure.Of(new OperationCanceledException()) }
                : Outcome(ConversionStatus.Failed) with { Failure = Failure.Of(e) };
        }

        ConversionOutcome Outcome(ConversionStatus status) => new(job, status, progress.Bytes, clock.Elapsed);
    }

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
