using System.Buffers;
using Tessera.Entropy;

namespace Tessera.Models;

/// <summary>Keeps what is to be pushed: a stack is last in, first out.</summary>
internal readonly struct IntervalRecorder(ArrayBufferWriter<SymbolInterval> intervals) : ISymbolCoder
{
    public static bool Decodes => false;

    public int Code(in Mixture distribution, int sample)
    {
        Add(distribution.Interval(sample));
        return sample;
    }

    public int Code(in Division distribution, bool listed, int sample)
    {
        Add(distribution.Interval(listed, sample));
        return sample;
    }

    public bool Code(Decision distribution, bool decision)
    {
        Add(distribution.Interval(decision));
        return decision;
    }

    private void Add(SymbolInterval interval)
    {
        intervals.GetSpan(1)[0] = interval;
        intervals.Advance(1);
    }
}
