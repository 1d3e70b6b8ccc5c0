using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Entropy.Tests;

public sealed class ScaleTablesTests
{
    private const int TableLevels = 56;

    /// <summary>What a user may ask for: any location and level, and values from near the mean to the end of the range.</summary>
    private static readonly Gen<(int Value, int Location, int Level)> AnyValue =
        from level in Gen.Choose(0, ScaleTables.LevelCount - 1)
        from location in Gen.OneOf(
            Gen.Choose(-2_000_000, 2_000_000),
            Gen.Choose(-ScaleTables.LocationLimit + 1, ScaleTables.LocationLimit - 1))
        from bits in Gen.Choose(0, 19)
        from distance in Gen.Choose(-(1 << bits) + 1, (1 << bits) - 1)
        select ((location >> 6) + distance, location, level);

    public static TheoryData<string> Families => ["logistic", "gaussian"];

    private static ScaleTables Family(string name) => name == "logistic" ? ScaleTables.Logistic : ScaleTables.Gaussian;

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_entry_is_within_a_unit_of_the_true_distribution(string family)
    {
        FrequencyTables tables = Family(family).Tables;
        int table = 0;
        for (int level = 0; level < TableLevels; level++)
        {
            int fractions = Math.Min(64, 256 >> (level / 8));
            BigInteger inverseScale = HighPrecision.EighthPower(32 - level);
            var known = new Dictionary<int, BigInteger>();
            for (int fraction = 0; fraction < fractions; fraction++, table++)
            {
                TablePlacement placement = Family(family).Place(fraction * 64 / fractions, level);
                Assert.Equal(table, placement.Table);
                Assert.Equal(0, placement.Shift);
                int symbols = tables.SymbolCount(table);
                for (int symbol = 1; symbol < symbols; symbol++)
                {
                    // The boundary below the symbol's integer, less the mean, in 1/128.
                    int boundary = (128 * (placement.Origin + symbol)) - 64 - (128 * fraction / fractions);
                    if (!known.TryGetValue(boundary, out BigInteger below))
                    {
                        BigInteger x = (boundary * inverseScale) >> 7;
                        below = family == "logistic" ? HighPrecision.LogisticBelow(x) : HighPrecision.GaussianBelow(x);
                        known.Add(boundary, below);
                    }

                    long start = tables.Interval(table, symbol).Start;
                    BigInteger error = ((start - symbol) * HighPrecision.One) - ((65536 - symbols) * below);
                    Assert.True(
                        BigInteger.Abs(error) * 100 <= 51 * HighPrecision.One,
                        $"Level {level}, fraction {fraction}, symbol {symbol}.");
                }
            }
        }

        Assert.Equal(tables.Count, table);
    }

    [Theory]
    [InlineData("logistic", "fe3a663d228502594974adc615768475997154a6eddf4fe0c43b6bc8d0022e49")]
    [InlineData("gaussian", "91439ebabd5c38c1f2918e996a0e3ae3cb4aefc14c360106d8f934064cbe0f2d")]
    public void The_tables_are_those_that_were_released(string family, string expectedHash)
    {
        FrequencyTables tables = Family(family).Tables;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> word = stackalloc byte[2];
        for (int table = 0; table < tables.Count; table++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(word, (ushort)tables.SymbolCount(table));
            hash.AppendData(word);
            for (int symbol = 0; symbol < tables.SymbolCount(table); symbol++)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(word, (ushort)tables.Interval(table, symbol).Start);
                hash.AppendData(word);
            }
        }

        string actual = Convert.ToHexStringLower(hash.GetHashAndReset());
        Assert.True(expectedHash == actual, $"The hash is {actual}.");
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_slot_leads_to_the_symbol_whose_interval_holds_it(string family)
    {
        FrequencyTables tables = Family(family).Tables;
        for (int table = 0; table < tables.Count; table += 37)
        {
            uint end = 0;
            for (int symbol = 0; symbol < tables.SymbolCount(table); symbol++)
            {
                SymbolInterval interval = tables.Interval(table, symbol);
                Assert.Equal(end, interval.Start);
                end = interval.Start + interval.Frequency;
                foreach (uint slot in new[] { interval.Start, interval.Start + (interval.Frequency / 2), end - 1 })
                {
                    Assert.Equal(symbol, tables.Find(table, slot, out SymbolInterval found));
                    Assert.Equal(interval, found);
                }
            }

            Assert.Equal(1u << 16, end);
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Any_value_in_range_survives_push_and_pop(string family) =>
        Prop.ForAll(Gen.ArrayOf(AnyValue).ToArbitrary(), values =>
        {
            using var stack = new AnsStack();
            foreach ((int value, int location, int level) in values)
                Family(family).Push(stack, value, location, level);
            foreach ((int value, int location, int level) in values.Reverse())
                Assert.Equal(value, Family(family).Pop(stack, location, level));
            Assert.True(stack.IsEmpty);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [MemberData(nameof(Families))]
    public void Whatever_is_popped_from_random_bits_can_be_pushed_back(string family) =>
        Prop.ForAll(StackOperation.AnyWord.Zip(AnyValue).ToArbitrary(), run =>
        {
            // One word over and over makes escapes and the longest codes likely: with it, all bits of the stack may be ones or zeros.
            (uint word, (_, int location, int level)) = run;
            uint[] supply = [.. Enumerable.Repeat(word, 8)];
            using AnsStack stack = AnsStack.FromWords(supply);
            int value = Family(family).Pop(stack, location, level);
            Family(family).Push(stack, value, location, level);
            Assert.Equal(supply, stack.ToWords());
        }).QuickCheckThrowOnFailure();

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_level_codes_its_own_distribution_near_its_entropy(string family)
    {
        const int Count = 10_000;
        var random = new Random(3);
        for (int level = 0; level < ScaleTables.LevelCount; level += 5)
        {
            double scale = Math.Pow(2, (level / 8.0) - 4);
            using var stack = new AnsStack();
            double ideal = 0;
            for (int i = 0; i < Count; i++)
            {
                double mean = random.NextDouble() * 100;
                int value = (int)Math.Round(mean + (scale * Sample(family, random)));
                ideal -= Math.Log2(Below(family, (value + 0.5 - mean) / scale) - Below(family, (value - 0.5 - mean) / scale));
                Family(family).Push(stack, value, (int)Math.Round(mean * 64), level);
            }

            // The loss itself is at most 0.0045 bits; the rest is chance.
            Assert.InRange((stack.BitCount - ideal) / Count, -0.004, 0.0085);
        }
    }

    [Fact]
    public void Arguments_out_of_range_are_refused()
    {
        ScaleTables tables = ScaleTables.Logistic;
        using var stack = new AnsStack();
        Assert.Throws<ArgumentOutOfRangeException>(() => tables.Place(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tables.Place(0, ScaleTables.LevelCount));
        Assert.Throws<ArgumentOutOfRangeException>(() => tables.Place(ScaleTables.LocationLimit, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => tables.Place(-ScaleTables.LocationLimit, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => tables.Push(stack, 3 * ScaleTables.DistanceLimit, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => tables.Push(stack, int.MinValue, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => tables.Push(stack, int.MaxValue, -100, ScaleTables.LevelCount - 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tables.Tables.SymbolCount(tables.Tables.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => tables.Tables.Interval(0, tables.Tables.SymbolCount(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => tables.Tables.Interval(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => tables.Tables.Find(0, 65536, out _));
        Assert.True(stack.IsEmpty);
    }

    [Fact]
    public void A_table_must_give_every_symbol_a_slot_and_use_all_of_them()
    {
        var builder = new FrequencyTablesBuilder();
        Assert.Throws<ArgumentException>(() => builder.Add([65536, 0]));
        Assert.Throws<ArgumentException>(() => builder.Add([65535]));
        Assert.Throws<ArgumentException>(() => builder.Add([65535, 2]));
        Assert.Throws<ArgumentException>(() => builder.Add([]));
        Assert.Equal(0, builder.Add([65536]));
        Assert.Equal(1, builder.Add([1, 65535]));
        FrequencyTables tables = builder.Build();
        Assert.Equal(2, tables.Count);
        Assert.Equal(new SymbolInterval(0, 65536), tables.Interval(0, 0));
        Assert.Equal(0, tables.Find(0, 65535, out _));
        Assert.Equal(1, tables.Find(1, 65535, out SymbolInterval interval));
        Assert.Equal(new SymbolInterval(1, 65535), interval);
    }

    private static double Sample(string family, Random random)
    {
        double u = random.NextDouble();
        return family == "logistic"
            ? Math.Log((u + 1e-12) / (1 - u + 1e-12))
            : Math.Sqrt(-2 * Math.Log(1 - u)) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    private static double Below(string family, double x)
    {
        if (family == "logistic")
            return 1 / (1 + Math.Exp(-x));

        // The normal distribution by its series: enough here, where |x| is small.
        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
            sum += term *= x * x / ((2 * n) + 1);
        return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }

    [Fact]
    public void An_estimate_of_a_cost_is_near_what_the_stack_grows_by()
    {
        // Whole bits are counted.
        const int Pushes = 200;
        var random = new Random(7);
        foreach (ScaleTables tables in new[] { ScaleTables.Logistic, ScaleTables.Gaussian })
        {
            for (int i = 0; i < 1000; i++)
            {
                int level = random.Next(ScaleTables.LevelCount), location = random.Next(-16384, 16384);
                int value = (location / 64) + (int)(Math.Pow(2, (level / 8.0) - 4) * 12 * (random.NextDouble() - 0.5));
                using var stack = new AnsStack();
                stack.PushBits(1, 32);
                double before = stack.BitCount;
                for (int k = 0; k < Pushes; k++)
                    tables.Push(stack, value, location, level);
                Assert.Equal((stack.BitCount - before) / Pushes, tables.EstimateCost(value, location, level) / 256.0, 0.02 + (1.0 / Pushes));
            }
        }
    }
}
