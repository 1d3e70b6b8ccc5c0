using Tessera.Entropy;

namespace Tessera.Models;

/// <summary>Pops what <see cref="IntervalRecorder"/> kept and a stack was given.</summary>
internal readonly struct StackReader(AnsStack stack) : ISymbolCoder
{
    public static bool Decodes => true;

    public int Code(in Mixture distribution, int sample) => distribution.Pop(stack);

    public int Code(in Division distribution, bool listed, int sample)
    {
        sample = distribution.Find(listed, stack.Peek(Division.Precision), out SymbolInterval interval);
        stack.Drop(interval.Start, interval.Frequency, Division.Precision);
        return sample;
    }

    public bool Code(Decision distribution, bool decision)
    {
        decision = distribution.Find(stack.Peek(Decision.Precision));
        SymbolInterval interval = distribution.Interval(decision);
        stack.Drop(interval.Start, interval.Frequency, Decision.Precision);
        return decision;
    }
}
