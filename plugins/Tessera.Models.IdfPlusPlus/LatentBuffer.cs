using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>Turns tensors into what the entropy coder takes, and back.</summary>
internal sealed class LatentBuffer
{
    private int[] _values = [], _locations = [];
    private byte[] _levels = [];

    /// <param name="encoder">What codes.</param>
    /// <param name="values">A part that leaves.</param>
    /// <param name="distribution">Its locations, scale levels and, if there are any, corrections.</param>
    public void Write(LaneEncoder encoder, ExactTensor values, ReadOnlySpan<ExactTensor> distribution)
    {
        int count = Load(distribution);
        for (int i = 0; i < count; i++)
            _values[i] = values.Values[i];
        LaneValues.Write(encoder, ScaleTables.Logistic, _values.AsSpan(0, count), _locations.AsSpan(0, count), _levels.AsSpan(0, count));
    }

    /// <exception cref="TesseraFormatException">A value is not of 16 bits: the data is damaged.</exception>
    public void Read(ref LaneDecoder decoder, ExactTensor values, ReadOnlySpan<ExactTensor> distribution)
    {
        int count = Load(distribution);
        LaneValues.Read(ref decoder, ScaleTables.Logistic, _values.AsSpan(0, count), _locations.AsSpan(0, count), _levels.AsSpan(0, count));
        for (int i = 0; i < count; i++)
        {
            if (_values[i] != (short)_values[i])
                throw new TesseraFormatException($"A decoded latent is {_values[i]}; the segment is damaged.");
            values.Values[i] = (short)_values[i];
        }
    }

    private int Load(ReadOnlySpan<ExactTensor> distribution)
    {
        ReadOnlySpan<short> locations = distribution[0].Values, levels = distribution[1].Values;
        int count = locations.Length;
        if (_values.Length < count)
        {
            _values = new int[count];
            _locations = new int[count];
            _levels = new byte[count];
        }

        for (int i = 0; i < count; i++)
        {
            _locations[i] = locations[i];
            _levels[i] = (byte)levels[i];
        }

        if (distribution.Length > 2)
            ScaleCorrection.Add(distribution[2].Values, _levels.AsSpan(0, count), _locations.AsSpan(0, count));
        return count;
    }
}
