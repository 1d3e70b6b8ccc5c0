using Tessera.Entropy;

namespace Tessera.Models.EfficientVdvae;

/// <summary>
/// The mixtures of one pixel's colours, one after the other: each colour that is known moves the means of the next ones by how far it was from what
/// was expected, and says which components are likely (<c>spec/evdvae.md</c>, section 4).
/// </summary>
internal ref struct PixelMixture
{
    private const int Colors = EfficientVdvaeConfiguration.Colors;
    private const int WeightBits = Mixture.MaxWeightBits;
    private const int LocationBits = ScaleTables.LocationFractionBits;

    // Of the coefficients of coupling.
    private const int FractionBits = 8;

    private readonly PixelAlphabet _alphabet;
    private readonly ReadOnlySpan<short> _exponentials;
    private readonly Span<MixtureComponent> _components;
    private readonly Span<uint> _weights, _masses;
    private ReadOnlySpan<short> _corrections, _levels, _coefficients, _linear, _near;

    // How far the first two colours are from what was expected, in 1/64.
    private long _firstError, _secondError;

    /// <summary>Makes room, for any number of pixels.</summary>
    /// <param name="alphabet">What colours can be.</param>
    /// <param name="exponentials">What a component weighs, by how much its logit is below the largest.</param>
    /// <param name="components">Room for so many components as there are.</param>
    /// <param name="numbers">Room for twice as many numbers.</param>
    public PixelMixture(PixelAlphabet alphabet, ReadOnlySpan<short> exponentials, Span<MixtureComponent> components, Span<uint> numbers)
    {
        _alphabet = alphabet;
        _exponentials = exponentials;
        _components = components;
        _weights = numbers[..components.Length];
        _masses = numbers[components.Length..];
    }

    /// <summary>Begins with a pixel.</summary>
    /// <param name="mixture">What the network says of it.</param>
    /// <param name="linear">The linear prediction of its difference from the pixel near it, in 1/64.</param>
    /// <param name="near">The first pixel of its square.</param>
    public void Begin(ReadOnlySpan<short> mixture, ReadOnlySpan<short> linear, ReadOnlySpan<short> near)
    {
        int count = _components.Length;
        _corrections = mixture.Slice(count, Colors * count);
        _levels = mixture.Slice((1 + Colors) * count, Colors * count);
        _coefficients = mixture.Slice((1 + (2 * Colors)) * count, Colors * count);
        _linear = linear;
        _near = near;

        int largest = 0;
        for (int k = 1; k < count; k++)
        {
            if (mixture[k] > mixture[largest])
                largest = k;
        }

        uint sum = 0, left = 1u << WeightBits;
        for (int k = 0; k < count; k++)
            sum += _weights[k] = (uint)_exponentials[Math.Min(mixture[largest] - mixture[k], _exponentials.Length - 1)];
        for (int k = 0; k < count; k++)
            left -= _weights[k] = (_weights[k] << WeightBits) / sum;
        _weights[largest] += left;
    }

    /// <summary>The mixture of a colour. It is valid until the next one is asked for.</summary>
    public readonly Mixture Of(int color)
    {
        int count = _components.Length, near = _near[color] << LocationBits, linear = _linear[color];
        ReadOnlySpan<short> corrections = _corrections.Slice(color * count, count), levels = _levels.Slice(color * count, count);
        for (int k = 0; k < count; k++)
        {
            int level = Math.Clamp(levels[k], (short)0, (short)(ScaleTables.LevelCount - 1));
            long moved = linear + Moved(color, k) + ScaleCorrection.InUnits(corrections[k], level);
            _components[k] = ScaleTables.Logistic.Component(near + (int)Math.Clamp(moved, short.MinValue, short.MaxValue), level, _weights[k]);
        }

        return new(ScaleTables.Logistic, _components, WeightBits, _alphabet.Minimum(color), _alphabet.Maximum(color));
    }

    /// <summary>Takes note of a colour, which the next ones depend on.</summary>
    /// <param name="color">The colour.</param>
    /// <param name="mixture">Its mixture.</param>
    /// <param name="value">What it is.</param>
    public void Learn(int color, Mixture mixture, int value)
    {
        long error = ((value - _near[color]) << LocationBits) - _linear[color];
        if (color == 0)
            _firstError = error;
        else
            _secondError = error;

        // Weights have 12 bits and masses 26, and what is shared out 12: 51 bits suffice.
        mixture.Masses(value, _masses);
        int largest = 0;
        ulong sum = 0, most = 0;
        for (int k = 0; k < _weights.Length; k++)
        {
            ulong likelihood = (ulong)_weights[k] * (_masses[k] + 1);
            sum += likelihood;
            if (likelihood > most)
                (largest, most) = (k, likelihood);
        }

        uint left = 1u << WeightBits;
        for (int k = 0; k < _weights.Length; k++)
            left -= _weights[k] = (uint)((((ulong)_weights[k] * (_masses[k] + 1)) << WeightBits) / sum);
        _weights[largest] += left;
    }

    private readonly long Moved(int color, int component)
    {
        int count = _components.Length;
        const long Half = 1 << (FractionBits - 1);
        return color switch
        {
            0 => 0,
            1 => ((_coefficients[component] * _firstError) + Half) >> FractionBits,
            _ => ((_coefficients[count + component] * _firstError) + (_coefficients[(2 * count) + component] * _secondError) + Half) >> FractionBits,
        };
    }
}
