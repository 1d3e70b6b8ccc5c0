using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>Turns tensors into what the entropy coder takes, and back.</summary>
internal sealed class LatentBuffer
{
    private int[] _values = [], _locations = [];
    private byte[] _levels = [];

    public void Write(LaneEncoder encoder, ExactTensor values, ExactTensor locations, ExactTensor levels)
    {
        int count = Load(locations, levels);
        for (int i = 0; i < count; i++)
            _values[i] = values.Values[i];
        LaneValues.Write(encoder, ScaleTables.Logistic, _values.AsSpan(0, count), _locations.AsSpan(0, count), _levels.AsSpan(0, count));
    }

    /// <exception cref="TesseraFormatException">A value is not of 16 bits: the data is damaged.</exception>
    public void Read(ref LaneDecoder decoder, ExactTensor values, ExactTensor locations, ExactTensor levels)
    {
        int count = Load(locations, levels);
        LaneValues.Read(ref decoder, ScaleTables.Logistic, _values.AsSpan(0, count), _locations.AsSpan(0, count), _levels.AsSpan(0, count));
        for (int i = 0; i < count; i++)
        {
            if (_values[i] != (short)_values[i])
                throw new TesseraFormatException($"A decoded latent is {_values[i]}; the segment is damaged.");
            values.Values[i] = (short)_values[i];
        }
    }

    private int Load(ExactTensor locations, ExactTensor levels)
    {
        int count = locations.Values.Length;
        if (_values.Length < count)
        {
            _values = new int[count];
            _locations = new int[count];
            _levels = new byte[count];
        }

        ReadOnlySpan<short> from = locations.Values, scales = levels.Values;
        for (int i = 0; i < count; i++)
        {
            _locations[i] = from[i];
            _levels[i] = (byte)scales[i];
        }

        return count;
    }
}
