using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>Decodes parts that left, one at a time.</summary>
internal sealed class LatentBuffer
{
    private int[] _values = [], _locations = [];
    private byte[] _levels = [];

    /// <param name="decoder">What decodes.</param>
    /// <param name="part">The part.</param>
    /// <param name="values">Takes its elements.</param>
    /// <param name="distribution">Their locations, scale levels and, if there are any, corrections.</param>
    /// <param name="offsets">The segment's offsets.</param>
    /// <exception cref="TesseraFormatException">A value is not of 16 bits: the data is damaged.</exception>
    public void Read(ref LaneDecoder decoder, int part, ExactTensor values, ReadOnlySpan<ExactTensor> distribution, ScaleOffsets offsets)
    {
        Span<short> target = values.Values;
        if (_values.Length < target.Length)
        {
            _values = new int[target.Length];
            _locations = new int[target.Length];
            _levels = new byte[target.Length];
        }

        Span<int> decoded = _values.AsSpan(0, target.Length), locations = _locations.AsSpan(0, target.Length);
        Span<byte> levels = _levels.AsSpan(0, target.Length);
        Distributions.Read(distribution, locations, levels);
        offsets.Apply(part, levels);
        LaneValues.Read(ref decoder, ScaleTables.Logistic, decoded, locations, levels);
        for (int i = 0; i < target.Length; i++)
        {
            if (decoded[i] != (short)decoded[i])
                throw new TesseraFormatException($"A decoded latent is {decoded[i]}; the segment is damaged.");
            target[i] = (short)decoded[i];
        }
    }
}
