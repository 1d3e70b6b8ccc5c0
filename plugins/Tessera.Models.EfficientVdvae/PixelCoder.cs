using System.Collections.Immutable;
using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.EfficientVdvae;

/// <summary>Codes the pixels of pictures: those that steps tell by their mixtures, those of the top by its prior.</summary>
internal sealed class PixelCoder
{
    private const int Colors = EfficientVdvaeConfiguration.Colors;
    private readonly int _components;
    private readonly ImmutableArray<short> _exponentials;
    private readonly PixelAlphabet _alphabet;
    private readonly TopPrior _top;

    public PixelCoder(EfficientVdvaeWeights weights)
    {
        _components = weights.Configuration.Mixtures;
        _exponentials = weights.Exponentials;
        _alphabet = new(weights.Configuration.IsTransformed);
        _top = weights.Top;
    }

    /// <summary>Pushes the pixels of one place of all squares that have it, the last one first.</summary>
    public void Push(AnsStack stack, ExactTensor picture, int place, ExactTensor mixtures, ExactTensor linear)
    {
        PixelMixture mixture = new(
            _alphabet, _exponentials.AsSpan(), stackalloc MixtureComponent[_components], stackalloc uint[2 * _components]);
        Span<SymbolInterval> intervals = stackalloc SymbolInterval[Colors];
        ReadOnlySpan<short> pixels = picture.Values;
        (int rows, int columns) = Pictures.SquaresWith(picture, place);
        for (int y = rows - 1; y >= 0; y--)
        {
            for (int x = columns - 1; x >= 0; x--)
            {
                ReadOnlySpan<short> own = pixels.Slice(Pictures.IndexOf(picture, (2 * y) + (place >> 1), (2 * x) + (place & 1)), Colors);
                Begin(ref mixture, picture, y, x, mixtures, linear);
                for (int color = 0; color < Colors; color++)
                {
                    Mixture distribution = mixture.Of(color);
                    intervals[color] = distribution.Interval(own[color]);
                    if (color < Colors - 1)
                        mixture.Learn(color, distribution, own[color]);
                }

                for (int color = Colors - 1; color >= 0; color--)
                    stack.Push(intervals[color].Start, intervals[color].Frequency, Mixture.Precision);
            }
        }
    }

    /// <summary>Pops what <see cref="Push"/> pushed. All pixels of other places that the networks were run for are in the picture.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    public void Pop(AnsStack stack, ExactTensor picture, int place, ExactTensor mixtures, ExactTensor linear)
    {
        PixelMixture mixture = new(
            _alphabet, _exponentials.AsSpan(), stackalloc MixtureComponent[_components], stackalloc uint[2 * _components]);
        Span<short> pixels = picture.Values;
        (int rows, int columns) = Pictures.SquaresWith(picture, place);
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                Span<short> own = pixels.Slice(Pictures.IndexOf(picture, (2 * y) + (place >> 1), (2 * x) + (place & 1)), Colors);
                Begin(ref mixture, picture, y, x, mixtures, linear);
                for (int color = 0; color < Colors; color++)
                {
                    Mixture distribution = mixture.Of(color);
                    own[color] = (short)distribution.Pop(stack);
                    if (color < Colors - 1)
                        mixture.Learn(color, distribution, own[color]);
                }
            }
        }
    }

    /// <summary>Pushes the pixels of the top, the last one first.</summary>
    public void PushTop(AnsStack stack, ExactTensor top)
    {
        ReadOnlySpan<short> pixels = top.Values;
        for (int i = pixels.Length - 1; i >= 0; i--)
            ScaleTables.Logistic.Push(stack, pixels[i], _top.Locations[i % Colors], _top.Levels[i % Colors]);
    }

    /// <summary>Pops the pixels of the top.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="TesseraFormatException">A pixel is none: the data is damaged.</exception>
    public void PopTop(AnsStack stack, ExactTensor top)
    {
        Span<short> pixels = top.Values;
        for (int i = 0; i < pixels.Length; i++)
        {
            int color = i % Colors, value = ScaleTables.Logistic.Pop(stack, _top.Locations[color], _top.Levels[color]);
            if (value < _alphabet.Minimum(color) || value > _alphabet.Maximum(color))
                throw new TesseraFormatException($"A decoded element of an image's top is {value}; the segment is damaged.");
            pixels[i] = (short)value;
        }
    }

    private static void Begin(ref PixelMixture mixture, ExactTensor picture, int y, int x, ExactTensor mixtures, ExactTensor linear)
    {
        int square = (y * mixtures.Width) + x;
        mixture.Begin(
            mixtures.Values.Slice(square * mixtures.Channels, mixtures.Channels),
            linear.Values.Slice(square * Colors, Colors),
            picture.Values.Slice(Pictures.IndexOf(picture, 2 * y, 2 * x), Colors));
    }
}
