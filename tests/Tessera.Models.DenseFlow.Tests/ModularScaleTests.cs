using System.Numerics;
using Tessera.Entropy;

namespace Tessera.Models.DenseFlow.Tests;

/// <summary>Scales, and what they cost.</summary>
public class ModularScaleTests
{
    [Fact]
    public void Factors_are_powers_of_the_32nd_root_of_2_to_the_last_bit_that_they_have()
    {
        Assert.Equal(ModularScale.One, ScaleFactors.Of(0));
        for (int number = -ScaleFactors.MaxNumber; number <= ScaleFactors.MaxNumber; number++)
        {
            // Of its factor, and of no other, the power is within a half: (2 f - 1)^32 <= 2^(32 * 17 + number) < (2 f + 1)^32.
            BigInteger factor = ScaleFactors.Of(number), power = BigInteger.One << ((32 * 17) + number);
            Assert.True(BigInteger.Pow((2 * factor) - 1, 32) <= power && power < BigInteger.Pow((2 * factor) + 1, 32), $"number {number}");
        }
    }

    [Fact]
    public void Numbers_beyond_the_range_are_brought_into_it()
    {
        Assert.Equal(ModularScale.One >> 3, ScaleFactors.Of(short.MinValue));
        Assert.Equal(ModularScale.One << 3, ScaleFactors.Of(short.MaxValue));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8192)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(100_000)]
    [InlineData(524_288)]
    [InlineData(16_777_216)]
    public void Each_element_costs_the_logarithm_of_its_scale(int factor)
    {
        const int count = 100_000;
        var random = new Random(factor);
        using AnsStack stack = Supply(random, count);
        double before = Bits(stack);
        for (int i = 0; i < count; i++)
            ModularScale.Apply(stack, random.Next(-1 << 20, 1 << 20), (uint)factor);
        Assert.Equal(16 - Math.Log2(factor), (Bits(stack) - before) / count, 7);
    }

    [Fact]
    public void The_numbers_of_a_coupling_cost_a_32nd_of_a_bit_each()
    {
        const int count = 20_000;
        var random = new Random(2);
        using AnsStack stack = Supply(random, count);
        double worst = 0;
        for (int number = -ScaleFactors.MaxNumber; number <= ScaleFactors.MaxNumber; number++)
        {
            double before = Bits(stack);
            for (int i = 0; i < 100; i++)
                ModularScale.Apply(stack, random.Next(-1 << 20, 1 << 20), ScaleFactors.Of(number));
            worst = Math.Max(worst, Math.Abs(((before - Bits(stack)) / 100) - (number / 32.0)));
        }

        // Factors are rounded to an integer: 2^-14 of the least.
        Assert.InRange(worst, 0, 1.0 / (1 << 13));
    }

    [Fact]
    public void Middles_of_intervals_become_middles_of_intervals()
    {
        var random = new Random(3);
        using AnsStack stack = Supply(random, 400_000);
        foreach (int number in new[] { -96, -40, -1, 1, 50, 96 })
        {
            double scale = ScaleFactors.Of(number) / 65536.0, sum = 0;
            for (int i = 0; i < 20_000; i++)
            {
                int value = random.Next(-100, 100);
                sum += ModularScale.Apply(stack, value, ScaleFactors.Of(number)) + 0.5 - ((value + 0.5) * scale);
            }

            Assert.InRange(sum / 20_000, -0.02 * Math.Max(1, scale), 0.02 * Math.Max(1, scale));
        }
    }

    [Fact]
    public void A_product_that_leaves_the_range_overflows_and_the_largest_that_does_not_is_a_value()
    {
        using AnsStack stack = Supply(new(4), 100);
        const int half = 1 << 28;
        Assert.Throws<FixedPointOverflowException>(() => ModularScale.Apply(stack, half, 2 * ModularScale.One));
        Assert.Throws<FixedPointOverflowException>(() => ModularScale.Apply(stack, -half - 1, 2 * ModularScale.One));
        Assert.Throws<FixedPointOverflowException>(() => ModularScale.Invert(stack, half, ModularScale.One / 2));
        Assert.InRange(ModularScale.Apply(stack, half - 1, 2 * ModularScale.One), (2 * half) - 2, (2 * half) - 1);
    }

    private static AnsStack Supply(Random random, int words) =>
        AnsStack.FromWords([.. Enumerable.Range(0, words).Select(_ => (uint)random.NextInt64(1L << 32))]);

    /// <summary>The stack's logarithm, to many digits: whole words, and what the highest two say beyond them.</summary>
    private static double Bits(AnsStack stack)
    {
        uint[] words = stack.ToWords();
        return (32.0 * (words.Length - 2)) + Math.Log2((words[^1] * 4294967296.0) + words[^2] + 4294967297.0);
    }
}
