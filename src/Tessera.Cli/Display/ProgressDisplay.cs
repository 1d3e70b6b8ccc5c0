using Spectre.Console;

namespace Tessera.Cli.Display;

/// <summary>What a progress bar shows.</summary>
/// <param name="Title">What is done.</param>
/// <param name="Fraction">How far it is, 0 to 1.</param>
internal readonly record struct ProgressState(string Title, double Fraction);

/// <summary>A progress bar for work that takes long, if a person watches.</summary>
internal sealed class ProgressDisplay(Terminal terminal)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    /// <summary>Does some work and shows how far it is.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="work">The work.</param>
    /// <returns>The work's result.</returns>
    public Task<T> ShowAsync<T>(string title, Func<IProgress<CodingProgress>, Task<T>> work)
    {
        var latest = new LatestProgress();
        return FollowAsync(() => new(title, latest.Fraction), Task.Run(() => work(latest)));
    }

    /// <summary>Waits for some work and shows how far it is.</summary>
    /// <param name="state">How far it is; asked from any thread.</param>
    /// <param name="running">The work.</param>
    /// <returns>The work's result.</returns>
    public async Task<T> FollowAsync<T>(Func<ProgressState> state, Task<T> running)
    {
        if (terminal.IsErrorTerminal && await Task.WhenAny(running, Task.Delay(Patience)) != running)
        {
            await terminal.ErrorConsole.Progress()
                .AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(context => ShowUntilDoneAsync(context.AddTask(Markup.Escape(state().Title), maxValue: 1), state, running));
        }

        return await running;
    }

    private static async Task ShowUntilDoneAsync(ProgressTask task, Func<ProgressState> state, Task running)
    {
        while (!running.IsCompleted)
        {
            (string title, task.Value) = state();
            task.Description = Markup.Escape(title);
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
