using System.Collections.Immutable;
using Tessera.Entropy;

namespace Tessera.Models.DenseFlow.Tests.Support;

/// <summary>
/// The flow of section 13 of <c>spec/denseflow.md</c>, for one block: what networks would say is a function that can be written down. If it is
/// told to, it multiplies values by 4096 on their way, so that most blocks overflow.
/// </summary>
internal sealed class ExampleFlow : IBlockCoder
{
    private const int Growth = 4;
    private const int Center = 128;
    private const int UnitBits = 6;

    private readonly int _bits;
    private readonly int _fraction;
    private readonly int _height;
    private readonly int _width;
    private readonly int _colors;
    private readonly bool _isHuge;
    private readonly int[] _first;
    private readonly int[] _second;
    private readonly int[] _given;
    private readonly int[] _noise;
    private readonly int[] _means;
    private readonly byte[] _levels;

    public ExampleFlow(int bits, int colors, int height, int width, bool isHuge = false)
    {
        (_bits, _fraction, _height, _width, _colors, _isHuge) = (bits, bits + UnitBits, height / 2, width / 2, colors, isHuge);
        Samples = new int[height * width * colors];
        int places = _height * _width;
        (_given, _noise, _means, _levels) = (new int[Samples.Length], new int[places * Growth], new int[places * Growth], new byte[places * Growth]);
        (_first, _second) = (new int[Samples.Length + _noise.Length], new int[Samples.Length + _noise.Length]);
    }

    /// <summary>By row, column and channel, 0 to 255.</summary>
    public int[] Samples { get; }

    /// <summary>How often a block was found to overflow.</summary>
    public int Overflows { get; private set; }

    public int NoiseWords => (_noise.Length * (_fraction + 2) / 32) + 1;

    private FixedTensor Whole => new(_first, 2 * _height, 2 * _width, _colors);

    private FixedTensor Given => new(_given, _height, _width, 4 * _colors);

    private FixedTensor Noise => new(_noise, _height, _width, Growth);

    private FixedTensor Augmented => new(_first, _height, _width, (4 * _colors) + Growth);

    private FixedTensor Half => new(_second, _height, _width, ((4 * _colors) + Growth) / 2);

    private FixedTensor OtherHalf => new(_second.AsSpan(_second.Length / 2), _height, _width, ((4 * _colors) + Growth) / 2);

    private FixedTensor Unit => new(_second, _height, _width, 4 * _colors);

    public void Push(AnsStack stack, NoiseSource noise)
    {
        try
        {
            for (int i = 0; i < Samples.Length; i++)
                _first[i] = Samples[i] - Center;
            Dequantizer.Apply(stack, Whole.Values, _bits);
            Whole.Squeeze(Given);
            Given.Values.CopyTo(Unit.Values);
            Module(stack, Unit, 0);
            Module(stack, Unit, 1);
            Know();
            noise.Draw(_noise, _means, _levels);
            Augmented.Join(Unit, Noise);
            Module(stack, Augmented, 3);
            Module(stack, Augmented, 4);
            Augmented.Split(Half, OtherHalf);
            GaussianPrior prior = GaussianPrior.Standard(Half.Channels, _fraction);
            prior.Push(stack, OtherHalf);
            Module(stack, Half, 5);
            prior.Push(stack, Half);
        }
        catch (FixedPointOverflowException)
        {
            Overflows++;
            throw;
        }
    }

    public void Pop(AnsStack stack, NoiseSource noise)
    {
        GaussianPrior prior = GaussianPrior.Standard(Half.Channels, _fraction);
        prior.Pop(stack, Half);
        ModuleBack(stack, Half, 5);
        prior.Pop(stack, OtherHalf);
        Augmented.Join(Half, OtherHalf);
        ModuleBack(stack, Augmented, 4);
        ModuleBack(stack, Augmented, 3);
        Augmented.Split(Unit, Noise);
        ModuleBack(stack, Unit, 1);
        ModuleBack(stack, Unit, 0);
        Unit.Values.CopyTo(Given.Values);
        Whole.Unsqueeze(Given);
        Dequantizer.Invert(stack, Whole.Values, _bits);
        for (int i = 0; i < Samples.Length; i++)
        {
            Samples[i] = _first[i] + Center;
            if ((uint)Samples[i] > 255)
                throw new TesseraFormatException($"A decoded sample is {Samples[i]}; the segment is damaged.");
        }

        Know();
        noise.PutBack(_noise, _means, _levels);
    }

    public void PushPlain(AnsStack stack)
    {
        for (int i = Samples.Length - 1; i >= 0; i--)
            stack.PushBits((uint)Samples[i], 8);
    }

    public void PopPlain(AnsStack stack)
    {
        foreach (ref int sample in Samples.AsSpan())
            sample = (int)stack.PopBits(8);
    }

    private static int Hash(int a, int b, int c) =>
        (int)((uint)(((((ulong)a * 7919) + ((ulong)b * 104729) + ((ulong)c * 1299709) + 12345) * 2654435761) & uint.MaxValue) >> 16);

    private void Module(AnsStack stack, FixedTensor tensor, int number)
    {
        Matrix(number, tensor.Channels).Apply(stack, tensor);
        AffineCoupling.Apply(stack, tensor, Parameters(tensor, number), _fraction - UnitBits);
        Swap(tensor);
    }

    private void ModuleBack(AnsStack stack, FixedTensor tensor, int number)
    {
        Swap(tensor);
        AffineCoupling.Invert(stack, tensor, Parameters(tensor, number), _fraction - UnitBits);
        Matrix(number, tensor.Channels).Invert(stack, tensor);
    }

    private static void Swap(FixedTensor tensor)
    {
        int half = tensor.Channels / 2;
        for (int place = 0; place < tensor.Places; place++)
        {
            for (int i = 0; i < half; i++)
                (tensor[place][i], tensor[place][half + i]) = (tensor[place][half + i], tensor[place][i]);
        }
    }

    private InvertibleMatrix Matrix(int number, int channels)
    {
        int count = channels * (channels - 1) / 2;
        return new(
            new(channels, isUpper: true, Coefficients(1)),
            [.. Enumerable.Range(0, channels).Select(i => _isHuge && number < 2 ? 64 * ModularScale.One : (uint)(49152 + (Hash(number, 2, i) % 32768)))],
            new(channels, isUpper: false, Coefficients(3)),
            [.. Enumerable.Range(0, channels).Select(i => (i + number + 1) % channels)],
            [.. Enumerable.Range(0, channels).Select(i => ((Hash(number, 4, i) % 64) - 32) << (_fraction - UnitBits))]);

        ImmutableArray<int> Coefficients(int kind) => [.. Enumerable.Range(0, count).Select(j => (Hash(number, kind, j) % 32768) - 16384)];
    }

    private int Sum(int number, int output, ReadOnlySpan<int> values)
    {
        int sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            int seen = (int)Math.Clamp(FixedPoint.Shift(values[i], UnitBits - _fraction), -2047, 2047);
            sum += ((Hash(number, 5 + output, i) % 15) - 7) * seen;
        }

        return sum;
    }

    private short[] Parameters(FixedTensor tensor, int number)
    {
        int half = tensor.Channels / 2;
        var parameters = new short[tensor.Places * tensor.Channels];
        for (int place = 0; place < tensor.Places; place++)
        {
            for (int i = 0; i < half; i++)
            {
                ReadOnlySpan<int> values = tensor[place][..half];
                parameters[(place * tensor.Channels) + (2 * i)] = (short)Math.Clamp(Sum(number, 2 * i, values) >> 6, -64, 64);
                parameters[(place * tensor.Channels) + (2 * i) + 1] = (short)Math.Clamp(Sum(number, (2 * i) + 1, values) >> 3, -256, 256);
            }
        }

        return parameters;
    }

    // The distributions of the noise, which depend on what the first unit was given.
    private void Know()
    {
        for (int i = 0; i < _noise.Length; i++)
        {
            (int place, int channel) = Math.DivRem(i, Growth);
            _means[i] = Math.Clamp(Sum(2, 2 * channel, Given[place]) >> 4, -128, 128) << (_fraction - UnitBits);
            _levels[i] = (byte)(FixedGaussian.UnitLevel(_fraction) + Math.Clamp(Sum(2, (2 * channel) + 1, Given[place]) >> 8, -16, 16));
        }
    }
}
