using Tessera.Entropy;

namespace Tessera.Models.DenseFlow.Tests;

/// <summary>A flow in fixed point takes as many bits as the same flow's likelihood says, in real numbers.</summary>
public class LikelihoodTests
{
    private const int Channels = 4;
    private const int Depth = 12;

    [Theory]
    [InlineData(6, 0.01)]
    [InlineData(8, 0.001)]
    [InlineData(10, 0.0005)]
    [InlineData(12, 0.0005)]
    [InlineData(16, 0.0005)]
    [InlineData(20, 0.0005)]
    public void Gaussian_vectors_through_a_dozen_matrices_take_their_entropy(int fractionBits, double most)
    {
        const int count = 30_000;
        var random = new Random(1);
        double[][,] factors = [.. Enumerable.Range(0, Depth).Select(_ => RandomMatrix(random))];
        InvertibleMatrix[] matrices = [.. factors.Select(Factor)];
        double logDeterminant = 0;
        foreach (double[,] matrix in factors)
            logDeterminant += LogDeterminant(matrix);

        uint[] supply = [.. Enumerable.Range(0, 1_000).Select(_ => (uint)random.NextInt64(1L << 32))];
        using AnsStack stack = AnsStack.FromWords(supply);
        GaussianPrior prior = GaussianPrior.Standard(Channels, fractionBits);
        long before = stack.BitCount;
        double ideal = 0;
        int[] values = new int[Channels];
        for (int i = 0; i < count; i++)
        {
            // What goes in is what the inverse makes of a normal vector.
            double[] vector = [.. Enumerable.Range(0, Channels).Select(_ => Normal(random))];
            ideal += vector.Sum(v => v * v / 2 / Math.Log(2)) + (Channels * (Math.Log2(Math.Sqrt(2 * Math.PI)) + fractionBits)) - logDeterminant;
            for (int m = Depth - 1; m >= 0; m--)
                vector = Solve(factors[m], vector);
            for (int c = 0; c < Channels; c++)
                values[c] = (int)Math.Floor(vector[c] * (1 << fractionBits));
            foreach (InvertibleMatrix matrix in matrices)
                matrix.Apply(stack, new(values, 1, 1, Channels));
            prior.Push(stack, new(values, 1, 1, Channels));
        }

        Assert.InRange((stack.BitCount - before - ideal) / (count * Channels), 0, most);
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    // Diagonally dominant, so that it has factors without exchanging rows; of scales from a half to two.
    private static double[,] RandomMatrix(Random random)
    {
        var matrix = new double[Channels, Channels];
        for (int i = 0; i < Channels; i++)
        {
            for (int j = 0; j < Channels; j++)
                matrix[i, j] = i == j ? Math.Pow(2, (2 * random.NextDouble()) - 1) : 0.3 * ((2 * random.NextDouble()) - 1);
        }

        return matrix;
    }

    // L D U with integer coefficients; the matrix becomes what these are exactly.
    private static InvertibleMatrix Factor(double[,] matrix)
    {
        double[,] lower = new double[Channels, Channels], rest = (double[,])matrix.Clone();
        for (int k = 0; k < Channels; k++)
        {
            for (int i = k + 1; i < Channels; i++)
            {
                lower[i, k] = rest[i, k] / rest[k, k];
                for (int j = k; j < Channels; j++)
                    rest[i, j] -= lower[i, k] * rest[k, j];
            }
        }

        uint[] scales = [.. Enumerable.Range(0, Channels).Select(i => (uint)Math.Round(rest[i, i] * ModularScale.One))];
        List<int> upperCoefficients = [], lowerCoefficients = [];
        for (int i = 0; i < Channels; i++)
        {
            for (int j = 0; j < i; j++)
                lowerCoefficients.Add((int)Math.Round(lower[i, j] * 65536));
            for (int j = i + 1; j < Channels; j++)
                upperCoefficients.Add((int)Math.Round(rest[i, j] / rest[i, i] * 65536));
        }

        return new(
            new(Channels, isUpper: true, [.. upperCoefficients]),
            [.. scales],
            new(Channels, isUpper: false, [.. lowerCoefficients]),
            [.. Enumerable.Range(0, Channels)],
            [.. new int[Channels]]);
    }

    private static double LogDeterminant(double[,] matrix)
    {
        var rest = (double[,])matrix.Clone();
        double sum = 0;
        for (int k = 0; k < Channels; k++)
        {
            sum += Math.Log2(Math.Abs(rest[k, k]));
            for (int i = k + 1; i < Channels; i++)
            {
                double factor = rest[i, k] / rest[k, k];
                for (int j = k; j < Channels; j++)
                    rest[i, j] -= factor * rest[k, j];
            }
        }

        return sum;
    }

    private static double[] Solve(double[,] matrix, double[] vector)
    {
        var rest = (double[,])matrix.Clone();
        double[] right = [.. vector];
        for (int k = 0; k < Channels; k++)
        {
            for (int i = k + 1; i < Channels; i++)
            {
                double factor = rest[i, k] / rest[k, k];
                right[i] -= factor * right[k];
                for (int j = k; j < Channels; j++)
                    rest[i, j] -= factor * rest[k, j];
            }
        }

        for (int i = Channels - 1; i >= 0; i--)
        {
            for (int j = i + 1; j < Channels; j++)
                right[i] -= rest[i, j] * right[j];
            right[i] /= rest[i, i];
        }

        return right;
    }
}
