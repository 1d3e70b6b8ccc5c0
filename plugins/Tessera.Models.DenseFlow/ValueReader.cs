using System.Collections.Immutable;
using Tessera.Exact;

namespace Tessera.Models.DenseFlow;

/// <summary>Shows values to networks: of each channel some low bits are rounded away, and what is still large is cut.</summary>
/// <param name="shifts">By channel that a network reads, how many bits.</param>
internal sealed class ValueReader(ImmutableArray<int> shifts)
{
    private readonly int[] _shifts = [.. shifts];
    private readonly int[] _halves = [.. shifts.Select(shift => (1 << shift) >> 1)];

    /// <summary>Channels that the network reads.</summary>
    public int Channels => _shifts.Length;

    /// <summary>Reads the first channels of a tensor.</summary>
    /// <param name="source">The tensor.</param>
    /// <param name="channels">How many of its channels are read.</param>
    /// <param name="target">What the network reads, of all channels.</param>
    /// <param name="first">The first of these that is written.</param>
    public void Read(FixedTensor source, int channels, ExactTensor target, int first = 0)
    {
        ReadOnlySpan<int> shifts = _shifts.AsSpan(first, channels), halves = _halves.AsSpan(first, channels);
        Span<short> elements = target.Values;
        for (int place = 0; place < source.Places; place++)
        {
            ReadOnlySpan<int> values = source[place][..channels];
            Span<short> read = elements.Slice((place * Channels) + first, channels);
            for (int c = 0; c < values.Length; c++)
            {
                int rounded = (values[c] + halves[c]) >> shifts[c];
                read[c] = (short)Math.Clamp(rounded, -ValueRange.ConvolutionLimit, ValueRange.ConvolutionLimit);
            }
        }
    }
}
