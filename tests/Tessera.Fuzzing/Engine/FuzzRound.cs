using System.Diagnostics;

namespace Tessera.Fuzzing.Engine;

/// <summary>
/// A series of inputs that depends on the target, the seed and the round's number alone, not on other rounds: so threads take rounds
/// without knowing of each other, and an input is reproduced by running its round up to it. The round begins with the seeds as they are;
/// each later input is a mutation of one before it that had a new outcome.
/// </summary>
internal sealed class FuzzRound
{
    private const int LargestPool = 1 << 10;
    private const int TimesToConfirm = 3;

    private readonly FuzzTarget _target;
    private readonly int _seed;
    private readonly long _first;
    private readonly Random _random;
    private readonly int _seedCount;
    private readonly List<byte[]> _pool;
    private readonly HashSet<ulong> _seen = [];
    private FuzzRunner _runner;

    /// <param name="target">The target.</param>
    /// <param name="seeds">Its seeds.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="round">The round's number.</param>
    public FuzzRound(FuzzTarget target, IReadOnlyList<byte[]> seeds, int seed, long round)
    {
        _target = target;
        _seed = seed;
        _first = round * target.RoundLength;
        _random = new(unchecked((seed * (int)2654435761) ^ ((int)round * 40503) ^ (int)(round >> 31)));
        _seedCount = seeds.Count;
        _pool = [.. seeds];
        _runner = target.CreateRunner();
    }

    /// <summary>Runs the round.</summary>
    /// <param name="statistics">Takes what is seen.</param>
    /// <param name="goOn">Asked before each input.</param>
    public void Run(FuzzStatistics statistics, Func<bool> goOn)
    {
        try
        {
            for (int i = 0; i < _target.RoundLength && goOn(); i++)
                RunOne(Next(i), _first + i, statistics);
        }
        finally
        {
            _runner.Dispose();
        }
    }

    /// <summary>Makes one input of the round again.</summary>
    /// <param name="index">Its place in the round.</param>
    public byte[] Reproduce(int index)
    {
        try
        {
            var ignored = new FuzzStatistics();
            for (int i = 0; i < index; i++)
                RunOne(Next(i), _first + i, ignored);
            return Next(index);
        }
        finally
        {
            _runner.Dispose();
        }
    }

    /// <summary>What is wrong with a run of an input, or null.</summary>
    /// <param name="target">The target.</param>
    /// <param name="runner">One of its runners.</param>
    /// <param name="input">The input.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="time">How long it took.</param>
    /// <param name="allocated">What this thread allocated.</param>
    public static string? Judge(FuzzTarget target, FuzzRunner runner, byte[] input, out Outcome outcome, out TimeSpan time, out long allocated)
    {
        long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        outcome = default;
        string? fault = null;
        try
        {
            outcome = runner.Run(input);
        }
        catch (Exception e)
        {
            fault = e is BrokenPromiseException ? e.Message : e.ToString();
            outcome = Outcome.Refused(e.GetType().Name);
        }

        time = Stopwatch.GetElapsedTime(start);
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (fault is not null)
            return fault;
        long allowed = target.Bound.Allocation(input.Length, outcome.Pixels);
        if (allocated > allowed)
            return $"An input of {input.Length} bytes and {outcome.Pixels} pixels made its reader allocate {allocated} bytes; {allowed} are allowed.";
        TimeSpan most = target.Bound.Time(input.Length, outcome.Pixels);
        return time > most
            ? $"An input of {input.Length} bytes and {outcome.Pixels} pixels took {time.TotalMilliseconds:F0} ms; {most.TotalMilliseconds:F0} are allowed."
            : null;
    }

    private byte[] Next(int index)
    {
        if (index < _seedCount)
            return _pool[index];
        byte[] input = Pick();
        return _target.Mutate(_random, input, Pick());
    }

    // One half of the time a seed or an early find, else a late one.
    private byte[] Pick()
    {
        int count = _pool.Count;
        return _random.Next(2) == 0 ? _pool[_random.Next(count)] : _pool[count - 1 - _random.Next(Math.Min(count, 32))];
    }

    private void RunOne(byte[] input, long number, FuzzStatistics statistics)
    {
        string? fault = Judge(_target, _runner, input, out Outcome outcome, out TimeSpan time, out long allocated);
        ulong signature = Signature.Of(outcome);
        statistics.Count(outcome, signature);
        statistics.Measure(number, input.Length, time, allocated);
        bool isNew = _seen.Add(signature);
        if (fault is not null && isNew | IsCost(fault) && IsConfirmed(input, ref fault))
            statistics.Findings.Add(new(_target.Name, _seed, number, input, fault));
        if (isNew && _pool.Count < LargestPool && number - _first >= _seedCount)
            _pool.Add(input);
    }

    private static bool IsCost(string fault) => fault.StartsWith("An input of", StringComparison.Ordinal);

    // The machine may have been busy, or what is made once have been made for this input: only what happens every time counts.
    private bool IsConfirmed(byte[] input, ref string fault)
    {
        for (int i = 0; i < TimesToConfirm; i++)
        {
            _runner.Dispose();
            _runner = _target.CreateRunner();
            if (Judge(_target, _runner, input, out _, out _, out _) is not { } again)
                return false;
            fault = again;
        }

        return true;
    }
}
