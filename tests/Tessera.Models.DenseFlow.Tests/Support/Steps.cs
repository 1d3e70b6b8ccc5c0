using System.Collections.Immutable;
using Tessera.Entropy;

namespace Tessera.Models.DenseFlow.Tests.Support;

/// <summary>A transform with random parameters, for tensors of so many channels.</summary>
internal abstract class Step
{
    public static ImmutableArray<string> Kinds { get; } = ["translation", "upper", "lower", "scale", "matrix", "coupling", "dequantisation", "exchange"];

    public abstract void Apply(AnsStack stack, FixedTensor tensor);

    public abstract void Invert(AnsStack stack, FixedTensor tensor);

    /// <summary>Creates one. An odd number of channels has no halves to couple: they are multiplied by a matrix instead.</summary>
    public static Step Create(string kind, int channels, Random random) => kind switch
    {
        "coupling" when channels % 2 != 0 => new MatrixStep(channels, random),
        "translation" => new TranslationStep(channels, random),
        "upper" or "lower" => new TriangleStep(Triangle(channels, kind == "upper", random)),
        "scale" => new ScaleStep(channels, random),
        "matrix" => new MatrixStep(channels, random),
        "coupling" => new CouplingStep(random),
        "dequantisation" => new DequantisationStep(random),
        "exchange" => new ExchangeStep(),
        _ => throw new ArgumentException($"There is no transform {kind}."),
    };

    private static TriangularFactor Triangle(int channels, bool isUpper, Random random)
    {
        // Most as those of real matrices; some with the largest coefficients that there can be.
        long limit = random.Next(8) == 0 ? Math.Min(int.MaxValue, TriangularFactor.MaxRowSum / channels) : 1 << random.Next(10, 19);
        return new(channels, isUpper, [.. Enumerable.Range(0, channels * (channels - 1) / 2).Select(_ => (int)random.NextInt64(-limit + 1, limit))]);
    }

    private static uint Factor(Random random) => random.Next(8) switch
    {
        0 => 1,
        1 => ModularScale.MaxFactor,
        2 => (uint)(ModularScale.One + random.Next(-1, 2)),
        3 => (uint)random.Next(1, (int)ModularScale.MaxFactor + 1),
        _ => ScaleFactors.Of(random.Next(-100, 101)),
    };

    private sealed class TranslationStep(int channels, Random random) : Step
    {
        private readonly short[] _by = [.. Enumerable.Range(0, 3 * channels).Select(_ => (short)random.Next(-32768, 32768))];
        private readonly int _shift = random.Next(-16, 14);

        public override void Apply(AnsStack stack, FixedTensor tensor) => Translation.Add(tensor.Values, _by, _shift);

        public override void Invert(AnsStack stack, FixedTensor tensor) => Translation.Subtract(tensor.Values, _by, _shift);
    }

    private sealed class TriangleStep(TriangularFactor factor) : Step
    {
        public override void Apply(AnsStack stack, FixedTensor tensor)
        {
            for (int place = 0; place < tensor.Places; place++)
                factor.Apply(tensor[place]);
        }

        public override void Invert(AnsStack stack, FixedTensor tensor)
        {
            for (int place = 0; place < tensor.Places; place++)
                factor.Invert(tensor[place]);
        }
    }

    private sealed class ScaleStep(int channels, Random random) : Step
    {
        private readonly uint[] _factors = [.. Enumerable.Range(0, 3 * channels).Select(_ => Factor(random))];

        public override void Apply(AnsStack stack, FixedTensor tensor) => ModularScale.Apply(stack, tensor.Values, _factors);

        public override void Invert(AnsStack stack, FixedTensor tensor) => ModularScale.Invert(stack, tensor.Values, _factors);
    }

    private sealed class MatrixStep(int channels, Random random) : Step
    {
        private readonly InvertibleMatrix _matrix = new(
            Triangle(channels, isUpper: true, random),
            [.. Enumerable.Range(0, channels).Select(_ => Factor(random))],
            Triangle(channels, isUpper: false, random),
            [.. Enumerable.Range(0, channels).OrderBy(_ => random.Next())],
            [.. Enumerable.Range(0, channels).Select(_ => random.Next(-FixedPoint.Limit, FixedPoint.Limit) >> random.Next(20))]);

        public override void Apply(AnsStack stack, FixedTensor tensor) => _matrix.Apply(stack, tensor);

        public override void Invert(AnsStack stack, FixedTensor tensor) => _matrix.Invert(stack, tensor);
    }

    // Parameters are a hash of all that the first half is, any 16 bits.
    private sealed class CouplingStep(Random random) : Step
    {
        private readonly int _shift = random.Next(-16, 12);
        private readonly uint _seed = (uint)random.Next();

        public override void Apply(AnsStack stack, FixedTensor tensor) => AffineCoupling.Apply(stack, tensor, Parameters(tensor), _shift);

        public override void Invert(AnsStack stack, FixedTensor tensor) => AffineCoupling.Invert(stack, tensor, Parameters(tensor), _shift);

        private short[] Parameters(FixedTensor tensor)
        {
            uint hash = _seed;
            for (int place = 0; place < tensor.Places; place++)
            {
                foreach (int value in tensor[place][..(tensor.Channels / 2)])
                    hash = ((hash ^ (uint)value) * 2654435761) ^ (hash >> 15);
            }

            var parameters = new short[tensor.Places * tensor.Channels];
            foreach (ref short parameter in parameters.AsSpan())
            {
                hash = (hash * 1664525) + 1013904223;
                parameter = (short)((int)hash >> (int)(16 + (hash % 10)));
            }

            return parameters;
        }
    }

    private sealed class DequantisationStep(Random random) : Step
    {
        private readonly int _bits = random.Next(Dequantizer.MaxBits + 1);

        public override void Apply(AnsStack stack, FixedTensor tensor) => Dequantizer.Apply(stack, tensor.Values, _bits);

        public override void Invert(AnsStack stack, FixedTensor tensor) => Dequantizer.Invert(stack, tensor.Values, _bits);
    }

    // Channels as a split and a join in another order leave them.
    private sealed class ExchangeStep : Step
    {
        public override void Apply(AnsStack stack, FixedTensor tensor) => Exchange(tensor, tensor.Channels / 2);

        public override void Invert(AnsStack stack, FixedTensor tensor) => Exchange(tensor, tensor.Channels - (tensor.Channels / 2));

        private static void Exchange(FixedTensor tensor, int first)
        {
            int rest = tensor.Channels - first;
            FixedTensor left = new(stackalloc int[tensor.Places * first], tensor.Height, tensor.Width, first);
            FixedTensor right = new(stackalloc int[tensor.Places * rest], tensor.Height, tensor.Width, rest);
            tensor.Split(left, right);
            tensor.Join(right, left);
        }
    }
}
