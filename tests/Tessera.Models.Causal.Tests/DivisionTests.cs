using FsCheck;
using FsCheck.Fluent;
using Tessera.Entropy;

namespace Tessera.Models.Causal.Tests;

/// <summary>A mixture's integers in two parts: each part has all slots, shared out as the mixture shares them.</summary>
public class DivisionTests
{
    private const int Lowest = -255, Highest = 255;

    [Fact]
    public void Each_part_s_integers_have_all_slots_in_their_order()
    {
        Check((division, mixture, listed) =>
        {
            uint next = 0;
            foreach (int value in listed)
                next = AssertFollows(division.Interval(true, value), next);
            Assert.Equal(1u << Division.Precision, next);
            next = 0;
            for (int value = Lowest; value <= Highest; value++)
            {
                if (!listed.Contains((short)value))
                    next = AssertFollows(division.Interval(false, value), next);
            }

            Assert.Equal(1u << Division.Precision, next);
            _ = mixture;
        });
    }

    [Fact]
    public void Each_slot_leads_to_the_integer_that_has_it()
    {
        Check((division, mixture, listed) =>
        {
            _ = mixture;
            for (int value = Lowest; value <= Highest; value++)
            {
                bool isListed = listed.Contains((short)value);
                SymbolInterval interval = division.Interval(isListed, value);
                foreach (uint slot in new[] { interval.Start, interval.Start + (interval.Frequency / 2), interval.Start + interval.Frequency - 1 })
                {
                    Assert.Equal(value, division.Find(isListed, slot, out SymbolInterval found));
                    Assert.Equal(interval, found);
                }
            }
        });
    }

    [Fact]
    public void Shares_are_those_of_the_mixture()
    {
        Check((division, mixture, listed) =>
        {
            uint sum = 0;
            foreach (short value in listed)
                sum += mixture.Interval(value).Frequency;
            Assert.Equal(sum, division.ListedSlots);
            for (int value = Lowest; value <= Highest; value++)
            {
                bool isListed = listed.Contains((short)value);
                double expected = mixture.Interval(value).Frequency * (double)(1 << Division.Precision) / (isListed ? sum : (1 << Division.Precision) - sum);
                Assert.InRange(division.Interval(isListed, value).Frequency, expected - 1, expected + 1);
            }
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(32768)]
    [InlineData(65535)]
    public void A_decision_has_the_slots_of_its_chance(int chance)
    {
        var decision = new Decision((uint)chance);
        SymbolInterval yes = decision.Interval(true), no = decision.Interval(false);
        Assert.Equal(new(0, (uint)chance << 8), yes);
        Assert.Equal(yes.Frequency, AssertFollows(yes, 0));
        Assert.Equal(1u << Decision.Precision, AssertFollows(no, yes.Frequency));
        Assert.True(decision.Find(0));
        Assert.True(decision.Find(yes.Frequency - 1));
        Assert.False(decision.Find(no.Start));
        Assert.False(decision.Find((1u << Decision.Precision) - 1));
    }

    private delegate void Property(Division division, Mixture mixture, ReadOnlySpan<short> listed);

    // Lists of 1 to 7 integers near the mixture's middle, at the ends of the alphabet or anywhere.
    private static void Check(Property property)
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            int location = random.Next(-300 * 64, 300 * 64);
            MixtureComponent[] components =
            [
                .. new uint[] { 1000, 3000, 96 }.Select(weight => ScaleTables.Logistic.Component(location + random.Next(-200, 200), random.Next(0, 100), weight)),
            ];
            short[] listed =
            [
                .. Enumerable.Range(0, random.Next(1, Recall.MaxLength + 1)).Select(_ => (short)random.Next(4) switch
                {
                    0 => random.Next(2) == 0 ? Lowest : Highest,
                    1 => random.Next(Lowest, Highest + 1),
                    _ => Math.Clamp((location >> 6) + random.Next(-5, 6), Lowest, Highest),
                }).Select(value => (short)value).Distinct(),
            ];
            var mixture = new Mixture(ScaleTables.Logistic, components, Mixtures.WeightBits, Lowest, Highest);
            property(new(mixture, listed, new SymbolInterval[listed.Length]), mixture, listed);
        }).QuickCheckThrowOnFailure();
    }

    private static uint AssertFollows(SymbolInterval interval, uint end)
    {
        Assert.Equal(end, interval.Start);
        Assert.NotEqual(0u, interval.Frequency);
        return interval.Start + interval.Frequency;
    }
}
