using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.DenseFlow;

/// <summary>A coupling that is prepared to run: by what the first half of the channels says, the second half is moved, scaled, and moved again.</summary>
internal sealed class Coupling : IDisposable
{
    private readonly Net _net;
    private readonly ValueReader _reader;
    private readonly TensorShelf _shelf;
    private readonly int _shift;

    /// <param name="weights">Its net.</param>
    /// <param name="fractionBits">The fraction bits of values.</param>
    /// <param name="engine">What runs the net.</param>
    /// <param name="shelf">Where tensors come from.</param>
    public Coupling(ReadingGraph weights, int fractionBits, IEngine engine, TensorShelf shelf)
    {
        _net = new(weights.Graph, engine, shelf);
        _reader = new(weights.Shifts);
        _shelf = shelf;
        _shift = fractionBits - Translation.NetBits;
    }

    /// <summary>Moves, scales, moves.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public void Apply(AnsStack stack, FixedTensor tensor)
    {
        ReadOnlySpan<ExactTensor> said = Run(tensor);
        ReadOnlySpan<short> linear = said[0].Values;
        int half = _reader.Channels;
        for (int place = 0; place < tensor.Places; place++)
            Translation.Add(tensor[place][half..], linear.Slice(place * half, half), _shift);
        AffineCoupling.Apply(stack, tensor, said[1].Values, said[2].Values, _shift);
        Return(said);
    }

    /// <summary>The inverse of <see cref="Apply"/>.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="FixedPointOverflowException">A value becomes too large.</exception>
    public void Invert(AnsStack stack, FixedTensor tensor)
    {
        ReadOnlySpan<ExactTensor> said = Run(tensor);
        AffineCoupling.Invert(stack, tensor, said[1].Values, said[2].Values, _shift);
        ReadOnlySpan<short> linear = said[0].Values;
        int half = _reader.Channels;
        for (int place = 0; place < tensor.Places; place++)
            Translation.Subtract(tensor[place][half..], linear.Slice(place * half, half), _shift);
        Return(said);
    }

    public void Dispose() => _net.Dispose();

    private ReadOnlySpan<ExactTensor> Run(FixedTensor tensor)
    {
        ExactTensor read = _shelf.Take(tensor.Height, tensor.Width, _reader.Channels);
        _reader.Read(tensor, _reader.Channels, read);
        ReadOnlySpan<ExactTensor> said = _net.Run(read);
        _shelf.Return(read);
        return said;
    }

    private void Return(ReadOnlySpan<ExactTensor> tensors)
    {
        foreach (ExactTensor tensor in tensors)
            _shelf.Return(tensor);
    }
}
