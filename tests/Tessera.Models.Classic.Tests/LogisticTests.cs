using System.Numerics;

namespace Tessera.Models.Classic.Tests;

public sealed class LogisticTests
{
    private const int FractionBits = 160;
    private const int UnitsOfStretch = 256;
    private static readonly BigInteger One = BigInteger.One << FractionBits;

    [Fact]
    public void Every_probability_is_that_of_its_log_odds()
    {
        // The nearest multiple of 2^-16, but never 0 or 1; for negative log-odds what is left to 1.
        for (int stretch = 0; stretch <= Logistic.MaxStretch; stretch++)
        {
            BigInteger odds = Exp(new(stretch));
            BigInteger exact = (odds << 17) / (One + odds);
            int rounded = (int)BigInteger.Min((exact + 1) >> 1, 65535);
            Assert.Equal((stretch, rounded), (stretch, (int)Logistic.Squash(stretch)));
            Assert.Equal((stretch, 65536 - rounded), (stretch, (int)Logistic.Squash(-stretch)));
        }
    }

    [Fact]
    public void Log_odds_beyond_the_table_are_those_at_its_ends()
    {
        foreach (int beyond in new[] { Logistic.MaxStretch + 1, 100_000, int.MaxValue })
        {
            Assert.Equal(Logistic.Squash(Logistic.MaxStretch), Logistic.Squash(beyond));
            Assert.Equal(Logistic.Squash(-Logistic.MaxStretch), Logistic.Squash(-beyond));
        }

        Assert.Equal(Logistic.Squash(-Logistic.MaxStretch), Logistic.Squash(int.MinValue));
    }

    [Fact]
    public void Probabilities_rise_with_their_log_odds_and_are_never_certain()
    {
        uint before = 0;
        for (int stretch = -Logistic.MaxStretch; stretch <= Logistic.MaxStretch; stretch++)
        {
            uint probability = Logistic.Squash(stretch);
            Assert.InRange(probability, Math.Max(1, before), 65535u);
            before = probability;
        }
    }

    [Fact]
    public void Log_odds_are_the_least_whose_probability_reaches_the_middle_of_an_entry()
    {
        for (uint probability = 0; probability < 65536; probability++)
        {
            int stretch = Logistic.Stretch(probability);
            uint middle = (probability & ~15u) + 8;
            Assert.True(stretch == Logistic.MaxStretch || Logistic.Squash(stretch) >= middle);
            Assert.True(stretch == -Logistic.MaxStretch || Logistic.Squash(stretch - 1) < middle);
        }
    }

    /// <summary>e^(stretch/256) by its series, halved until it converges quickly.</summary>
    private static BigInteger Exp(BigInteger stretch)
    {
        const int Halvings = 8;
        BigInteger x = (stretch * One) / (UnitsOfStretch << Halvings), sum = 0, term = One;
        for (int n = 1; !term.IsZero; n++)
        {
            sum += term;
            term = ((term * x) >> FractionBits) / n;
        }

        for (int i = 0; i < Halvings; i++)
            sum = (sum * sum) >> FractionBits;
        return sum;
    }
}
