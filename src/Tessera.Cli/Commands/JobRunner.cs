using Tessera.Cli.Display;

namespace Tessera.Cli.Commands;

/// <summary>Works through a list; what fails is reported, and the rest is done all the same.</summary>
internal sealed class JobRunner(Terminal terminal)
{
    private readonly ProgressDisplay _progress = new(terminal);

    /// <summary>Runs jobs one after another; each of them uses all threads by itself.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="nameOf">What to call a job in messages.</param>
    /// <param name="run">Does a job.</param>
    /// <param name="show">Shows what it made.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The highest exit code of any job.</returns>
    public async Task<int> RunAsync<TJob, TResult>(
        IReadOnlyList<TJob> jobs,
        Func<TJob, string> nameOf,
        Func<TJob, IProgress<CodingProgress>, CancellationToken, Task<TResult>> run,
        Action<TJob, TResult> show,
        CancellationToken cancellationToken)
    {
        int exitCode = ExitCode.Success;
        for (int i = 0; i < jobs.Count; i++)
        {
            TJob job = jobs[i];
            string title = jobs.Count == 1 ? nameOf(job) : $"{i + 1}/{jobs.Count} {nameOf(job)}";
            try
            {
                show(job, await _progress.ShowAsync(title, progress => run(job, progress, cancellationToken)));
            }
            catch (Exception e)
            {
                // An operation that is cut off may fail in its own way before it notices why.
                var failure = Failure.Of(cancellationToken.IsCancellationRequested ? new OperationCanceledException() : e);
                await terminal.Error.WriteLineAsync(failure.ToLine(nameOf(job)));
                exitCode = Math.Max(exitCode, failure.ExitCode);
                if (cancellationToken.IsCancellationRequested)
                    break;
            }
        }

        return exitCode;
    }
}
