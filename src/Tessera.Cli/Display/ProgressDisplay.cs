using Spectre.Console;

namespace Tessera.Cli.Display;

/// <summary>A progress bar for work that takes long, if a person watches.</summary>
internal sealed class ProgressDisplay(Terminal terminal)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    /// <summary>Does some work and shows how far it is.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="work">The work.</param>
    /// <returns>The work's result.</returns>
    public async Task<T> ShowAsync<T>(string title, Func<IProgress<CodingProgress>, Task<T>> work)
    {
        var latest = new LatestProgress();
        Task<T> running = Task.Run(() => work(latest));
        if (terminal.IsErrorTerminal && await Task.WhenAny(running, Task.Delay(Patience)) != running)
        {
            await terminal.ErrorConsole.Progress()
                .AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(context => FollowAsync(context.AddTask(Markup.Escape(title), maxValue: 1), latest, running));
        }

        return await running;
    }

    private static async Task FollowAsync(ProgressTask task, LatestProgress latest, Task running)
    {
        while (!running.IsCompleted)
        {
            task.Value = latest.Fraction;
            await Task.WhenAny(running, Task.Delay(Refresh));
        }
    }

    /// <summary>Remembers what was reported last, from any thread.</summary>
    private sealed class LatestProgress : IProgress<CodingProgress>
    {
        private double _fraction;

        public double Fraction => Volatile.Read(ref _fraction);

        public void Report(CodingProgress value) => Volatile.Write(ref _fraction, value.Fraction);
    }
}
