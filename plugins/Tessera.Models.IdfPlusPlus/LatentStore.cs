using System.Runtime.InteropServices;
using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>The elements of one part in one block.</summary>
/// <param name="Part">The part.</param>
/// <param name="Start">Where they begin in the store.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct LatentRun(int Part, int Start, int Count);

/// <summary>All that leaves in a segment, in coding order, until it is coded.</summary>
internal sealed class LatentStore
{
    private readonly List<LatentRun> _runs = [];
    private int[] _values = [], _locations = [];
    private byte[] _levels = [];
    private int _count;

    public ReadOnlySpan<LatentRun> Runs => CollectionsMarshal.AsSpan(_runs);

    public void Clear()
    {
        _runs.Clear();
        _count = 0;
    }

    /// <summary>Adds the elements of a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="values">The elements.</param>
    /// <param name="distribution">Their locations, scale levels and, if there are any, corrections.</param>
    public void Add(int part, ExactTensor values, ReadOnlySpan<ExactTensor> distribution)
    {
        var run = new LatentRun(part, _count, values.Values.Length);
        Reserve(checked(_count + run.Count));
        _count += run.Count;
        _runs.Add(run);
        Span<int> target = _values.AsSpan(run.Start, run.Count);
        ReadOnlySpan<short> source = values.Values;
        for (int i = 0; i < target.Length; i++)
            target[i] = source[i];
        Distributions.Read(distribution, _locations.AsSpan(run.Start, run.Count), _levels.AsSpan(run.Start, run.Count));
    }

    public int CountOf(int part)
    {
        int count = 0;
        foreach (LatentRun run in Runs)
            count += run.Part == part ? run.Count : 0;
        return count;
    }

    public Span<int> Values(LatentRun run) => _values.AsSpan(run.Start, run.Count);

    public ReadOnlySpan<int> Locations(LatentRun run) => _locations.AsSpan(run.Start, run.Count);

    public Span<byte> Levels(LatentRun run) => _levels.AsSpan(run.Start, run.Count);

    private void Reserve(int count)
    {
        if (count <= _values.Length)
            return;
        int length = Math.Max(count, 2 * _values.Length);
        Array.Resize(ref _values, length);
        Array.Resize(ref _locations, length);
        Array.Resize(ref _levels, length);
    }
}
