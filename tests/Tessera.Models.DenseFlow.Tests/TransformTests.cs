using Tessera.Entropy;

namespace Tessera.Models.DenseFlow.Tests;

/// <summary>What is particular to a transform.</summary>
public class TransformTests
{
    [Fact]
    public void Squares_become_channels_row_by_row_and_come_back()
    {
        var whole = new FixedTensor([1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60, 7, 70, 8, 80], 2, 4, 2);
        var squares = new FixedTensor(new int[16], 1, 2, 8);
        whole.Squeeze(squares);
        Assert.Equal([1, 2, 5, 6, 10, 20, 50, 60, 3, 4, 7, 8, 30, 40, 70, 80], squares.Values.ToArray());
        var back = new FixedTensor(new int[16], 2, 4, 2);
        back.Unsqueeze(squares);
        Assert.Equal(whole.Values.ToArray(), back.Values.ToArray());
    }

    [Fact]
    public void Factors_make_the_matrix_whose_factors_they_are()
    {
        // P L D U of a matrix, times vectors: within what rounding in three factors can do.
        var upper = new TriangularFactor(3, isUpper: true, [30_000, -20_000, 50_000]);
        var lower = new TriangularFactor(3, isUpper: false, [-10_000, 40_000, 65_536]);
        uint[] scales = [80_000, 30_000, 65_536];
        var matrix = new InvertibleMatrix(upper, [.. scales], lower, [2, 0, 1], [5, -6, 7]);
        double[,] u = { { 1, 30_000 / 65536.0, -20_000 / 65536.0 }, { 0, 1, 50_000 / 65536.0 }, { 0, 0, 1 } };
        double[,] l = { { 1, 0, 0 }, { -10_000 / 65536.0, 1, 0 }, { 40_000 / 65536.0, 1, 1 } };
        var random = new Random(1);
        using AnsStack stack = AnsStack.FromWords([.. Enumerable.Range(0, 5_000).Select(_ => (uint)random.NextInt64(1L << 32))]);
        for (int i = 0; i < 1000; i++)
        {
            int[] values = [random.Next(-1 << 20, 1 << 20), random.Next(-1 << 20, 1 << 20), random.Next(-1 << 20, 1 << 20)];
            double[] expected = Times(l, [.. Times(u, [.. values.Select(v => (double)v)]).Select((v, c) => v * scales[c] / 65536.0)]);
            matrix.Apply(stack, new(values, 1, 1, 3));
            Assert.InRange(values[0], expected[2] + 5 - 4, expected[2] + 5 + 4);
            Assert.InRange(values[1], expected[0] - 6 - 4, expected[0] - 6 + 4);
            Assert.InRange(values[2], expected[1] + 7 - 4, expected[1] + 7 + 4);
        }

        static double[] Times(double[,] matrix, double[] vector) =>
            [.. Enumerable.Range(0, vector.Length).Select(row => vector.Select((v, column) => matrix[row, column] * v).Sum())];
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_triangle_of_any_number_of_channels_adds_to_each_what_its_row_says_of_the_others(bool isUpper)
    {
        var random = new Random(3);
        for (int channels = 1; channels < 40; channels++)
        {
            int[] coefficients = [.. Enumerable.Range(0, channels * (channels - 1) / 2).Select(_ => random.Next(-100_000, 100_000))];
            int[] before = [.. Enumerable.Range(0, channels).Select(_ => random.Next(-1 << 22, 1 << 22))], after = [.. before];
            var factor = new TriangularFactor(channels, isUpper, [.. coefficients]);
            factor.Apply(after);
            int next = 0;
            for (int row = 0; row < channels; row++)
            {
                long sum = 0;
                for (int column = isUpper ? row + 1 : 0; column < (isUpper ? channels : row); column++)
                    sum += (long)coefficients[next++] * before[column];
                Assert.Equal(before[row] + ((sum + 32768) >> 16), after[row]);
            }

            factor.Invert(after);
            Assert.Equal(before, after);
        }
    }

    [Fact]
    public void The_largest_sums_of_a_triangle_are_exact()
    {
        const int Channels = 5, Most = FixedPoint.Limit - 1, Coefficient = int.MaxValue;
        int[] values = [0, Most, Most, -Most, Most];
        var factor = new TriangularFactor(Channels, isUpper: true, [Coefficient, Coefficient, -Coefficient, Coefficient, 0, 0, 0, 0, 0, 0]);
        Assert.Throws<FixedPointOverflowException>(() => factor.Apply([.. values]));
        Assert.Throws<FixedPointOverflowException>(() => factor.Invert([.. values]));
        values = [0, Most, -Most, 1, 2];
        factor.Apply(values);
        Assert.Equal((int)(((long)Coefficient + 32768) >> 16), values[0]);
    }

    [Fact]
    public void Factors_that_could_overflow_or_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new TriangularFactor(3, isUpper: true, [1, 2]));
        Assert.Throws<ArgumentException>(() => new TriangularFactor(6, isUpper: true, [.. Enumerable.Repeat(int.MinValue, 15)]));
        var upper = new TriangularFactor(2, isUpper: true, [1]);
        var lower = new TriangularFactor(2, isUpper: false, [1]);
        Assert.Throws<ArgumentException>(() => new InvertibleMatrix(upper, [0, 1], lower, [0, 1], [0, 0]));
        Assert.Throws<ArgumentException>(() => new InvertibleMatrix(upper, [1, ModularScale.MaxFactor + 1], lower, [0, 1], [0, 0]));
        Assert.Throws<ArgumentException>(() => new InvertibleMatrix(upper, [1, 1], lower, [0, 0], [0, 0]));
        Assert.Throws<ArgumentException>(() => new InvertibleMatrix(upper, [1, 1], lower, [0, 1], [0]));
    }

    [Fact]
    public void Dequantised_samples_cost_nothing_once_they_are_pushed_bit_by_bit()
    {
        using AnsStack stack = AnsStack.FromWords([1, 2, 3, 4, 5]);
        long before = stack.BitCount;
        int[] samples = [-128, 127, 0, 5];
        Dequantizer.Apply(stack, samples, 8);
        Assert.Equal(before - 32, stack.BitCount);
        Assert.Equal([-128, 127, 0, 5], samples.Select(value => value >> 8));
        Dequantizer.Invert(stack, samples, 8);
        Assert.Equal([-128, 127, 0, 5], samples);
        Assert.Equal([1u, 2, 3, 4, 5], stack.ToWords());
    }

    [Fact]
    public void Transforms_allocate_nothing()
    {
        var random = new Random(1);
        using AnsStack stack = AnsStack.FromWords([.. Enumerable.Range(0, 5_000).Select(_ => (uint)random.NextInt64(1L << 32))]);
        int[] values = [.. Enumerable.Range(0, 64).Select(_ => random.Next(-10_000, 10_000))], means = new int[64];
        short[] parameters = [.. Enumerable.Range(0, 64).Select(_ => (short)random.Next(-90, 90))];
        byte[] levels = [.. Enumerable.Repeat((byte)144, 64)];
        var matrix = new InvertibleMatrix(
            new(4, isUpper: true, [1, 2, 3, 4, 5, 6]), [70_000, 60_000, 65_536, 1000], new(4, isUpper: false, [1, 2, 3, 4, 5, 6]), [3, 1, 0, 2], [1, 2, 3, 4]);
        GaussianPrior prior = GaussianPrior.Standard(4, 14);
        var noise = new NoiseSource(stack);
        Assert.Equal(0, Allocation.Of(() =>
        {
            var tensor = new FixedTensor(values, 4, 4, 4);
            Dequantizer.Apply(stack, values, 4);
            matrix.Apply(stack, tensor);
            AffineCoupling.Apply(stack, tensor, parameters, 4);
            Translation.Add(values, parameters, 2);
            prior.Push(stack, tensor);
            prior.Pop(stack, tensor);
            Translation.Subtract(values, parameters, 2);
            AffineCoupling.Invert(stack, tensor, parameters, 4);
            matrix.Invert(stack, tensor);
            Dequantizer.Invert(stack, values, 4);
            noise.Draw(values, means, levels);
            noise.PutBack(values, means, levels);
        }));
    }
}
