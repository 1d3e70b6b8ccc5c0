using System.Buffers.Binary;
using System.Security.Cryptography;
using Tessera.Entropy;

namespace Tessera.Models.DenseFlow.Tests;

/// <summary>Values under their Gaussian distribution.</summary>
public class FixedGaussianTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(14)]
    [InlineData(16)]
    [InlineData(20)]
    public void A_normal_value_costs_its_entropy_and_little_more(int fractionBits)
    {
        const int count = 200_000;
        var random = new Random(fractionBits);
        using var stack = new AnsStack();
        double ideal = 0;
        for (int i = 0; i < count; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            int value = (int)Math.Floor(normal * (1 << fractionBits));
            ideal += (normal * normal / 2 / Math.Log(2)) + Math.Log2(Math.Sqrt(2 * Math.PI)) + fractionBits;
            FixedGaussian.Push(stack, value, 0, FixedGaussian.UnitLevel(fractionBits));
        }

        Assert.InRange((stack.BitCount - ideal) / count, 0.0001, 0.0004);
    }

    [Fact]
    public void Noise_has_the_mean_and_the_scale_that_it_is_drawn_by()
    {
        const int count = 100_000;
        var random = new Random(1);
        using AnsStack stack = AnsStack.FromWords([.. Enumerable.Range(0, 3 * count).Select(_ => (uint)random.NextInt64(1L << 32))]);
        foreach ((int mean, int level) in new[] { (0, 144), (100_000, 160), (-70, 60), (5, 40) })
        {
            double scale = Math.Pow(2, (level / 8.0) - 4), sum = 0, squares = 0;
            for (int i = 0; i < count; i++)
            {
                double distance = (FixedGaussian.Draw(stack, mean, level) - mean) / scale;
                sum += distance;
                squares += distance * distance;
            }

            // A value stands for the interval from it on: half a unit more than its number.
            Assert.InRange((sum / count) + (0.5 / scale), -0.01, 0.01);
            Assert.InRange((squares / count) - (1 / (4 * scale * scale)), 0.98, 1.02);
        }
    }

    [Fact]
    public void Tables_are_those_of_the_specification()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[4];
        for (int level = 0; level < GaussianBins.LevelCount; level++)
        {
            Append(number, (uint)GaussianBins.SymbolCount(level));
            uint next = 0;
            for (int symbol = 0; symbol < GaussianBins.SymbolCount(level); symbol++)
            {
                SymbolInterval interval = GaussianBins.Interval(level, symbol);
                Append(number, interval.Start);
                Assert.Equal(next, interval.Start);
                Assert.InRange(interval.Frequency, 1u, 1u << 24);
                Assert.Equal(symbol, GaussianBins.Find(level, interval.Start));
                Assert.Equal(symbol, GaussianBins.Find(level, interval.Start + interval.Frequency - 1));

                // As much is below the mean as above it.
                Assert.Equal(interval.Frequency, GaussianBins.Interval(level, GaussianBins.SymbolCount(level) - 1 - symbol).Frequency);
                next = interval.Start + interval.Frequency;
            }

            Assert.Equal(1u << GaussianBins.Precision, next);
        }

        Assert.Contains(
            Convert.ToHexStringLower(hash.GetHashAndReset()), File.ReadAllText(Repository.PathOf("spec", "denseflow.md")), StringComparison.Ordinal);

        void Append(Span<byte> bytes, uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            hash.AppendData(bytes);
        }
    }

    [Fact]
    public void No_value_is_too_far_from_its_mean()
    {
        using var stack = new AnsStack();
        const int most = FixedPoint.Limit - 1;
        for (int level = 0; level < FixedGaussian.LevelCount; level++)
        {
            FixedGaussian.Push(stack, most, -most, level);
            FixedGaussian.Push(stack, -most, most, level);
            Assert.Equal((-most, most), (FixedGaussian.Pop(stack, most, level), FixedGaussian.Pop(stack, -most, level)));
            Assert.True(stack.IsEmpty);
        }
    }

    [Fact]
    public void What_cannot_have_been_drawn_is_refused()
    {
        using var stack = new AnsStack();
        Assert.Throws<TesseraFormatException>(() => FixedGaussian.PutBack(stack, 1 << 20, 0, 144));
        Assert.Throws<TesseraFormatException>(() => FixedGaussian.PutBack(stack, FixedPoint.Limit - 1, 1 - FixedPoint.Limit, 0));
    }
}
