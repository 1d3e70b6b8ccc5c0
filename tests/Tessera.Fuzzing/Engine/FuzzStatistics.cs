namespace Tessera.Fuzzing.Engine;

/// <summary>What a run of a target saw.</summary>
internal sealed class FuzzStatistics
{
    private const int SlowestKept = 3;

    public long Inputs { get; private set; }

    public long Accepted { get; private set; }

    /// <summary>The signatures of all outcomes.</summary>
    public HashSet<ulong> Signatures { get; } = [];

    /// <summary>The slowest inputs, the slowest first.</summary>
    public List<(TimeSpan Time, long Number, int Length)> Slowest { get; } = [];

    /// <summary>The most that one input allocated.</summary>
    public (long Bytes, long Number, int Length) LargestAllocation { get; private set; }

    public List<Finding> Findings { get; } = [];

    public void Count(in Outcome outcome, ulong signature)
    {
        Inputs++;
        Accepted += outcome.Kind == OutcomeKind.Accepted ? 1 : 0;
        Signatures.Add(signature);
    }

    public void Measure(long number, int length, TimeSpan time, long allocated)
    {
        if (allocated > LargestAllocation.Bytes)
            LargestAllocation = (allocated, number, length);
        if (Slowest.Count < SlowestKept || time > Slowest[^1].Time)
            AddSlow((time, number, length));
    }

    public void Add(FuzzStatistics other)
    {
        Inputs += other.Inputs;
        Accepted += other.Accepted;
        Signatures.UnionWith(other.Signatures);
        Findings.AddRange(other.Findings);
        if (other.LargestAllocation.Bytes > LargestAllocation.Bytes)
            LargestAllocation = other.LargestAllocation;
        foreach ((TimeSpan Time, long Number, int Length) slow in other.Slowest)
            AddSlow(slow);
    }

    private void AddSlow((TimeSpan Time, long Number, int Length) slow)
    {
        int at = Slowest.FindIndex(s => s.Time < slow.Time);
        Slowest.Insert(at < 0 ? Slowest.Count : at, slow);
        if (Slowest.Count > SlowestKept)
            Slowest.RemoveAt(SlowestKept);
    }
}
