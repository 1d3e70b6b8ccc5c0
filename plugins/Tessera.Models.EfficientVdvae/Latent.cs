using System.Collections.Immutable;
using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.EfficientVdvae;

/// <summary>
/// The latent of a step: integers, in quarters of the prior's scale. Those of channels that hold nothing are 0, and neither drawn nor pushed.
/// </summary>
internal sealed class Latent
{
    // The prior: standardised, with a scale of four steps.
    private const int PriorLevel = 48;

    private readonly int _channels;
    private readonly ImmutableArray<int> _kept;
    private readonly TensorShelf _shelf;
    private ExactTensor? _elements;

    public Latent(int channels, ImmutableArray<int> kept, TensorShelf shelf)
    {
        _channels = channels;
        _kept = kept;
        _shelf = shelf;
    }

    /// <summary>As networks read them.</summary>
    public ExactTensor Elements => _elements!;

    /// <summary>Makes room for a block; all elements are 0.</summary>
    public void Resize(int height, int width)
    {
        Release();
        _elements = _shelf.Take(height, width, _channels);
        _elements.Values.Clear();
    }

    /// <summary>Gives the room back.</summary>
    public void Release()
    {
        if (_elements is not null)
            _shelf.Return(_elements);
        _elements = null;
    }

    /// <summary>Pops all elements by their posterior.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    public void Draw(AnsStack stack, ExactTensor locations, ExactTensor levels)
    {
        Span<short> elements = Elements.Values;
        ReadOnlySpan<short> means = locations.Values, scales = levels.Values;
        for (int first = 0; first < elements.Length; first += _channels)
        {
            foreach (int channel in _kept)
                elements[first + channel] = (short)Posterior.Draw(ScaleTables.Gaussian, stack, means[first + channel], scales[first + channel]);
        }
    }

    /// <summary>Pushes all elements by their posterior, the last one first: the inverse of <see cref="Draw"/>.</summary>
    /// <exception cref="TesseraFormatException">An element cannot have been drawn: the data is damaged.</exception>
    public void PutBack(AnsStack stack, ExactTensor locations, ExactTensor levels)
    {
        ReadOnlySpan<short> elements = Elements.Values, means = locations.Values, scales = levels.Values;
        for (int first = elements.Length - _channels; first >= 0; first -= _channels)
        {
            for (int i = _kept.Length - 1; i >= 0; i--)
            {
                int at = first + _kept[i];
                Posterior.PutBack(ScaleTables.Gaussian, stack, elements[at], means[at], scales[at]);
            }
        }
    }

    /// <summary>Pushes all elements by their prior, the last one first.</summary>
    public void Push(AnsStack stack)
    {
        ReadOnlySpan<short> elements = Elements.Values;
        for (int first = elements.Length - _channels; first >= 0; first -= _channels)
        {
            for (int i = _kept.Length - 1; i >= 0; i--)
                ScaleTables.Gaussian.Push(stack, elements[first + _kept[i]], 0, PriorLevel);
        }
    }

    /// <summary>Pops all elements by their prior. Damaged data may give any integers: those that networks cannot read, no posterior can have given.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    public void Pop(AnsStack stack)
    {
        Span<short> elements = Elements.Values;
        for (int first = 0; first < elements.Length; first += _channels)
        {
            foreach (int channel in _kept)
            {
                int element = ScaleTables.Gaussian.Pop(stack, 0, PriorLevel);
                elements[first + channel] = (short)Math.Clamp(element, -ValueRange.ConvolutionLimit, ValueRange.ConvolutionLimit);
            }
        }
    }
}
