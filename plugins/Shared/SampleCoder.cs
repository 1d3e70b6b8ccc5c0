using Tessera.Entropy;

namespace Tessera.Models;

/// <summary>Takes samples together with their distributions, in coding order.</summary>
internal interface ISampleCoder
{
    /// <summary>Codes a sample.</summary>
    /// <param name="distribution">Its distribution, as far as the network knows.</param>
    /// <param name="list">The list of <see cref="Recall"/> for what is known of its pixel; negative where nothing is.</param>
    /// <param name="sample">The sample, if it is known.</param>
    /// <returns>The sample.</returns>
    int Code(in Mixture distribution, int list, int sample);
}

/// <summary>Takes what was decided together with what it was decided among: one half of coding, the other being what gives the intervals.</summary>
internal interface ISymbolCoder
{
    /// <summary>Whether it finds out what is decided, rather than being told.</summary>
    static abstract bool Decodes { get; }

    /// <summary>Codes a sample by a mixture.</summary>
    int Code(in Mixture distribution, int sample);

    /// <summary>Codes a sample of one part of a mixture.</summary>
    int Code(in Division distribution, bool listed, int sample);

    /// <summary>Codes a decision.</summary>
    bool Code(Decision distribution, bool decision);
}

/// <summary>Codes samples by their distributions and by what went with the samples before them.</summary>
internal readonly struct SampleCoder<TCoder>(TCoder coder, Recall recall) : ISampleCoder
    where TCoder : struct, ISymbolCoder
{
    /// <summary>What takes what is decided.</summary>
    public TCoder Coder { get; } = coder;

    public int Code(in Mixture distribution, int list, int sample)
    {
        if (list < 0)
            return Coder.Code(distribution, sample);
        ReadOnlySpan<short> listed = recall[list];
        if (listed.IsEmpty)
        {
            sample = Coder.Code(distribution, sample);
        }
        else
        {
            Span<SymbolInterval> memory = stackalloc SymbolInterval[Recall.MaxLength];
            var division = new Division(distribution, listed, memory);
            ref uint counter = ref recall.Counter(list, division.ListedSlots);
            bool isListed = Coder.Code(new Decision(Counter.Chance(counter)), !TCoder.Decodes && recall.IndexOf(list, sample) < listed.Length);
            Counter.Adapt(ref counter, isListed ? 1 : 0);
            sample = Coder.Code(division, isListed, sample);
        }

        recall.Add(list, sample);
        return sample;
    }
}
