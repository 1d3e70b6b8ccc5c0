using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>Decodes parts that left, one at a time, and remembers those of the same pass.</summary>
internal sealed class LatentBuffer(IdfConfiguration configuration)
{
    // By the channel of the image.
    private readonly int[][] _values = [.. Enumerable.Repeat(Array.Empty<int>(), configuration.Channels)];
    private int[] _locations = [];
    private byte[] _levels = [];

    /// <param name="stack">What decodes recalled parts.</param>
    /// <param name="chroma">What recalls.</param>
    /// <param name="lanes">What decodes all others.</param>
    /// <param name="part">The part.</param>
    /// <param name="values">Takes its elements.</param>
    /// <param name="distribution">Their locations, scale levels and, if there are any, corrections.</param>
    /// <param name="offsets">The segment's offsets.</param>
    /// <exception cref="TesseraFormatException">A value is not of 16 bits, or none of a pixel: the data is damaged.</exception>
    public void Read(
        AnsStack stack, ChromaCoder chroma, ref LaneDecoder lanes, int part, ExactTensor values, ReadOnlySpan<ExactTensor> distribution, ScaleOffsets offsets)
    {
        Span<short> target = values.Values;
        int channel = part % configuration.Channels, count = target.Length;
        Reserve(channel, count);
        Span<int> decoded = _values[channel].AsSpan(0, count), locations = _locations.AsSpan(0, count);
        Span<byte> levels = _levels.AsSpan(0, count);
        Distributions.Read(distribution, locations, levels);
        offsets.Apply(part, levels);
        if (configuration.IsRecalled(part))
            chroma.Code(new StackReader(stack), Known(0, channel, count), Known(1, channel, count), decoded, locations, levels);
        else
            LaneValues.Read(ref lanes, ScaleTables.Logistic, decoded, locations, levels);
        for (int i = 0; i < count; i++)
        {
            if (decoded[i] != (short)decoded[i])
                throw new TesseraFormatException($"A decoded latent is {decoded[i]}; the segment is damaged.");
            target[i] = (short)decoded[i];
        }
    }

    private ReadOnlySpan<int> Known(int channel, int before, int count) => channel < before ? _values[channel].AsSpan(0, count) : [];

    private void Reserve(int channel, int count)
    {
        if (_values[channel].Length < count)
            _values[channel] = new int[count];
        if (_levels.Length >= count)
            return;
        _locations = new int[count];
        _levels = new byte[count];
    }
}
