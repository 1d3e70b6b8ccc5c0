using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Entropy.Tests;

public sealed class MixtureTests
{
    private static readonly Gen<MixtureCase> AnyCase =
        from minimum in Gen.OneOf(Gen.Constant(0), Gen.Choose(-70_000, 1000))
        from sizeBits in Gen.Choose(0, 17)
        from size in Gen.Choose(1, 1 << sizeBits)
        from weightBits in Gen.Choose(0, Mixture.MaxWeightBits)
        from parts in Gen.NonEmptyListOf(
            from location in Gen.Choose((minimum - 100) * 64, (minimum + size + 100) * 64)
            from level in Gen.Choose(0, ScaleTables.LevelCount - 1)
            from share in Gen.Choose(0, 1000)
            select (location, level, share))
        from gaussian in Gen.Elements(false, true)
        from slot in Gen.Choose(0, (1 << Mixture.Precision) - 1)
        select new MixtureCase(
            gaussian ? ScaleTables.Gaussian : ScaleTables.Logistic, minimum, minimum + size - 1, weightBits, [.. parts.Take(10)], slot);

    [Fact]
    public void Every_slot_belongs_to_one_integer_and_every_integer_has_slots() =>
        Prop.ForAll(AnyCase.ToArbitrary(), test =>
        {
            Mixture mixture = test.Create();
            uint end = 0;
            for (int value = test.Minimum; value <= test.Maximum; value++)
            {
                SymbolInterval interval = mixture.Interval(value);
                Assert.Equal(end, interval.Start);
                Assert.True(interval.Frequency > 0);
                end = interval.Start + interval.Frequency;
            }

            Assert.Equal(1u << Mixture.Precision, end);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_search_finds_the_integer_whose_interval_holds_the_slot() =>
        Prop.ForAll(AnyCase.ToArbitrary(), test =>
        {
            Mixture mixture = test.Create();
            int value = mixture.Find((uint)test.Slot, out SymbolInterval found);
            Assert.InRange(value, test.Minimum, test.Maximum);
            Assert.Equal(mixture.Interval(value), found);
            Assert.InRange((uint)test.Slot, found.Start, found.Start + found.Frequency - 1);
            Assert.Equal(test.Minimum, mixture.Find(0, out _));
            Assert.Equal(test.Maximum, mixture.Find((1u << Mixture.Precision) - 1, out _));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Intervals_are_those_of_the_definition_in_unbounded_integers() =>
        Prop.ForAll(AnyCase.ToArbitrary(), test =>
        {
            Mixture mixture = test.Create();
            int found = mixture.Find((uint)test.Slot, out _);
            foreach (int value in new[] { test.Minimum, test.Maximum, (test.Minimum + test.Maximum) / 2, found })
                Assert.Equal(test.SlotsBelow(value), mixture.Interval(value).Start);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Several_integers_have_the_intervals_that_each_has() =>
        Prop.ForAll(AnyCase.ToArbitrary(), test =>
        {
            Mixture mixture = test.Create();
            int middle = mixture.Find((uint)test.Slot, out _);
            foreach (int count in new[] { 0, 1, 2, 7, 8, 9, 20 })
            {
                int[] values =
                [
                    .. Enumerable.Range(0, count).Select(i => (i % 3) switch { 0 => test.Minimum, 1 => test.Maximum, _ => Math.Clamp(middle + i - 8, test.Minimum, test.Maximum) }),
                ];
                var intervals = new SymbolInterval[count + 1];
                mixture.Intervals(values, intervals);
                for (int i = 0; i < count; i++)
                    Assert.Equal(mixture.Interval(values[i]), intervals[i]);
                Assert.Equal(default, intervals[count]);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Masses_of_an_integer_are_what_each_component_s_mass_below_grows_by() =>
        Prop.ForAll(AnyCase.ToArbitrary(), test =>
        {
            Mixture mixture = test.Create();
            var masses = new uint[test.Parts.Length + 1];
            int found = mixture.Find((uint)test.Slot, out _);
            foreach (int value in new[] { test.Minimum - 1, test.Minimum, (test.Minimum + test.Maximum) / 2, found, test.Maximum, test.Maximum + 1 })
            {
                mixture.Masses(value, masses);
                for (int i = 0; i < test.Parts.Length; i++)
                    Assert.Equal(test.MassBelow(i, value + 1) - test.MassBelow(i, value), masses[i]);
                Assert.Equal(0u, masses[^1]);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_component_s_masses_of_all_integers_are_one_together()
    {
        foreach (int level in new[] { 0, 31, 55, 56, 90 })
        {
            MixtureComponent[] components = [ScaleTables.Logistic.Component(77, level, 0), ScaleTables.Logistic.Component(-1000, level, 1)];
            var mixture = new Mixture(ScaleTables.Logistic, components, 0, -5, 5);
            ulong first = 0, second = 0;
            var masses = new uint[2];
            for (int value = -10_000; value <= 10_000; value++)
            {
                mixture.Masses(value, masses);
                (first, second) = (first + masses[0], second + masses[1]);
            }

            Assert.Equal((1u << 26, 1u << 26), (first, second));
        }
    }

    [Fact]
    public void Several_integers_are_of_the_alphabet_and_have_places_for_their_intervals()
    {
        MixtureComponent[] components = [ScaleTables.Logistic.Component(0, 40, 1)];
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mixture(ScaleTables.Logistic, components, 0, -5, 5).Intervals([0, 6], new SymbolInterval[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mixture(ScaleTables.Logistic, components, 0, -5, 5).Intervals([-6, 0], new SymbolInterval[2]));
        Assert.Throws<ArgumentException>(() => new Mixture(ScaleTables.Logistic, components, 0, -5, 5).Intervals([0, 1], new SymbolInterval[1]));
    }

    [Fact]
    public void What_is_pushed_is_popped_and_what_is_popped_is_pushed_back() =>
        Prop.ForAll(AnyCase.ToArbitrary(), test =>
        {
            Mixture mixture = test.Create();
            using AnsStack stack = AnsStack.FromWords([1, 2, (uint)test.Slot, 4]);
            int value = mixture.Pop(stack);
            mixture.Push(stack, value);
            Assert.Equal([1, 2, (uint)test.Slot, 4], stack.ToWords());
            mixture.Push(stack, test.Minimum);
            mixture.Push(stack, test.Maximum);
            Assert.Equal(test.Maximum, mixture.Pop(stack));
            Assert.Equal(test.Minimum, mixture.Pop(stack));
            Assert.Equal([1, 2, (uint)test.Slot, 4], stack.ToWords());
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(255, 40, 8.0)]
    [InlineData(255, 24, 16.0)]
    [InlineData(65535, 110, 2000.0)]
    public void Samples_of_a_mixture_cost_its_entropy(int maximum, int level, double separation)
    {
        const int Count = 20_000;
        double scale = Math.Pow(2, (level / 8.0) - 4), center = maximum * 0.5;
        var random = new Random(maximum);
        using var stack = new AnsStack();
        double ideal = 0;
        for (int i = 0; i < Count; i++)
        {
            double first = center + random.NextDouble(), second = first + separation;
            double u = random.NextDouble(), mean = random.Next(4) == 0 ? second : first;
            int value = (int)Math.Round(Math.Clamp(mean + (scale * Math.Log(u / (1 - u))), 0, maximum));
            ideal -= Math.Log2((0.75 * Mass(value, first, scale)) + (0.25 * Mass(value, second, scale)));
            MixtureComponent[] components =
            [
                ScaleTables.Logistic.Component((int)Math.Round(first * 64), level, 3),
                ScaleTables.Logistic.Component((int)Math.Round(second * 64), level, 1),
            ];
            new Mixture(ScaleTables.Logistic, components, 2, 0, maximum).Push(stack, value);
        }

        Assert.InRange((stack.BitCount / ideal) - 1, -0.001, 0.0015);
    }

    [Fact]
    public void Arguments_out_of_range_are_refused()
    {
        ScaleTables tables = ScaleTables.Logistic;
        MixtureComponent[] components = [tables.Component(0, 30, 3), tables.Component(64, 30, 1)];
        Assert.Throws<ArgumentException>(() => _ = new Mixture(tables, components, 3, 0, 255));
        Assert.Throws<ArgumentException>(() => _ = new Mixture(tables, [], 0, 0, 255));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new Mixture(tables, components, 13, 0, 255));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new Mixture(tables, components, 2, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new Mixture(tables, components, 2, 0, Mixture.MaxAlphabet));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new Mixture(tables, components, 2, int.MinValue, int.MinValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mixture(tables, components, 2, 0, 255).Interval(256));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mixture(tables, components, 2, 0, 255).Interval(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mixture(tables, components, 2, 0, 255).Find(1 << 24, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => tables.Component(0, -1, 1));
        Assert.Throws<ArgumentException>(() => new Mixture(tables, components, 2, 0, 255).Masses(0, new uint[1]));
    }

    private static double Mass(int value, double mean, double scale) =>
        (1 / (1 + Math.Exp((mean - value - 0.5) / scale))) - (1 / (1 + Math.Exp((mean - value + 0.5) / scale)));

    /// <summary>A mixture's parts, the shares not yet scaled to a power of two.</summary>
    private sealed record MixtureCase(
        ScaleTables Tables, int Minimum, int Maximum, int WeightBits, (int Location, int Level, int Share)[] Parts, int Slot)
    {
        public Mixture Create() =>
            new(Tables, Parts.Zip(Weights(), (p, w) => Tables.Component(p.Location, p.Level, w)).ToArray(), WeightBits, Minimum, Maximum);

        public BigInteger SlotsBelow(int value)
        {
            if (value == Minimum)
                return 0;
            int size = Maximum - Minimum + 1, floorBits = 12;
            for (int limit = 1; limit < size; limit *= 2)
                floorBits--;
            BigInteger floor = floorBits < 0 ? 1 : BigInteger.One << floorBits, mass = 0;
            uint[] weights = Weights();
            for (int i = 0; i < Parts.Length; i++)
                mass += weights[i] * MassBelow(i, value);

            BigInteger units = (BigInteger.One << 24) - (floor * size);
            return (floor * (value - Minimum)) + ((units * mass) >> (26 + WeightBits));
        }

        /// <summary>A component's mass below an integer, with 26 fractional bits.</summary>
        public BigInteger MassBelow(int part, int value)
        {
            TablePlacement placement = Tables.Place(Parts[part].Location, Parts[part].Level);
            int binSize = 1 << placement.Shift, bin = (int)Math.Floor((double)value / binSize), rest = value - (bin * binSize);
            BigInteger low = Cumulative(placement, bin), high = Cumulative(placement, bin + 1);
            return ((low * (binSize - rest)) + (high * rest)) * (1024 / binSize);
        }

        private int Cumulative(TablePlacement placement, int bin)
        {
            int symbol = bin - placement.Origin;
            if (symbol < 0)
                return 0;
            return symbol < Tables.Tables.SymbolCount(placement.Table) ? (int)Tables.Tables.Interval(placement.Table, symbol).Start : 65536;
        }

        private uint[] Weights()
        {
            var weights = new uint[Parts.Length];
            int sum = Math.Max(1, Parts.Sum(p => p.Share)), left = 1 << WeightBits;
            for (int i = 1; i < weights.Length; i++)
            {
                weights[i] = (uint)((Parts[i].Share << WeightBits) / sum);
                left -= (int)weights[i];
            }

            weights[0] = (uint)left;
            return weights;
        }
    }
}
