using System.Diagnostics;

namespace Tessera.Fuzzing.Engine;

/// <summary>Runs rounds of a target on several threads.</summary>
internal static class Fuzzer
{
    private const int MostFindings = 10;

    /// <summary>Runs a target until its time or its inputs are over.</summary>
    /// <param name="target">The target.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="inputs">How many inputs at the most.</param>
    /// <param name="time">How long at the most.</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <returns>What was seen.</returns>
    public static FuzzStatistics Run(FuzzTarget target, int seed, long inputs, TimeSpan time, int threads)
    {
        IReadOnlyList<byte[]> seeds = target.CreateSeeds();
        var all = new FuzzStatistics();
        var clock = Stopwatch.StartNew();
        long nextRound = -1;
        int findings = 0;
        var workers = new Thread[threads];
        Exception? failure = null;
        for (int i = 0; i < threads; i++)
        {
            workers[i] = new(Work);
            workers[i].Start();
        }

        foreach (Thread worker in workers)
            worker.Join();
        return failure is null ? all : throw new InvalidOperationException($"The fuzzer itself failed at {target.Name}.", failure);

        void Work()
        {
            try
            {
                while (true)
                {
                    long round = Interlocked.Increment(ref nextRound);
                    long left = inputs - (round * target.RoundLength);
                    if (left <= 0 || clock.Elapsed >= time)
                        return;
                    var seen = new FuzzStatistics();
                    new FuzzRound(target, seeds, seed, round).Run(
                        seen, () => left-- > 0 && clock.Elapsed < time && Volatile.Read(ref findings) < MostFindings);
                    Interlocked.Add(ref findings, seen.Findings.Count);
                    lock (all)
                        all.Add(seen);
                }
            }
            catch (Exception e)
            {
                Volatile.Write(ref failure, e);
            }
        }
    }

    /// <summary>Makes an input of a run again.</summary>
    /// <param name="target">The target.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="number">The input's number.</param>
    public static byte[] Reproduce(FuzzTarget target, int seed, long number) =>
        new FuzzRound(target, target.CreateSeeds(), seed, number / target.RoundLength).Reproduce((int)(number % target.RoundLength));
}
