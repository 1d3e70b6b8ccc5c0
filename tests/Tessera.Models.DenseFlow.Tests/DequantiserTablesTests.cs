using Tessera.Entropy;

namespace Tessera.Models.DenseFlow.Tests;

/// <summary>What is put below samples is a logistic variable, cut off at 0 and 1.</summary>
public class DequantiserTablesTests
{
    private const uint Slots = 1u << DequantiserTables.Precision;

    public static TheoryData<int> Bits => [.. Enumerable.Range(0, DequantiserTables.MaxBits + 1)];

    private static IEnumerable<(int Scale, int Center)> All =>
        from scale in Enumerable.Range(0, DequantiserTables.ScaleCount) from center in Enumerable.Range(0, DequantiserTables.CenterCount) select (scale, center);

    [Theory]
    [MemberData(nameof(Bits))]
    public void Each_table_shares_out_all_slots_and_gives_each_symbol_one_at_least(int bits)
    {
        var tables = DequantiserTables.Of(bits);
        foreach ((int scale, int center) in All)
        {
            uint next = 0;
            for (int symbol = 0; symbol < 1 << bits; symbol++)
            {
                SymbolInterval interval = tables.Interval(DequantiserTables.Number(scale, center), symbol);
                Assert.Equal(next, interval.Start);
                Assert.InRange(interval.Frequency, 1u, Slots);
                next += interval.Frequency;
            }

            Assert.Equal(Slots, next);
        }
    }

    [Theory]
    [MemberData(nameof(Bits))]
    public void Frequencies_are_those_of_the_distribution_in_floating_point(int bits)
    {
        var tables = DequantiserTables.Of(bits);
        int symbols = 1 << bits;
        foreach ((int scale, int center) in All)
        {
            double location = (center - 8) / 32.0, spread = Math.Pow(2, (scale / 4.0) - 4);
            double low = Below(0), inside = Below(1) - low;
            for (int symbol = 0; symbol < symbols; symbol++)
            {
                double mass = (Below((symbol + 1.0) / symbols) - Below((double)symbol / symbols)) / inside;

                // Two ends are rounded down, and the numbers between them have 30 bits.
                Assert.Equal(1 + ((Slots - symbols) * mass), tables.Interval(DequantiserTables.Number(scale, center), symbol).Frequency, 1.01);
            }

            double Below(double place) => 1 / (1 + Math.Exp((location - place) / spread));
        }
    }

    [Theory]
    [MemberData(nameof(Bits))]
    public void What_is_popped_is_pushed_back(int bits)
    {
        var tables = DequantiserTables.Of(bits);
        var random = new Random(bits);
        uint[] words = [.. Enumerable.Range(0, 3000).Select(_ => (uint)random.NextInt64(1L << 32))];
        using AnsStack stack = AnsStack.FromWords(words);
        var popped = new Stack<(int Symbol, int Table)>();
        foreach ((int scale, int center) in All)
        {
            int table = DequantiserTables.Number(scale, center);
            uint slot = stack.Peek(DequantiserTables.Precision);
            int symbol = tables.Pop(stack, table);
            Assert.InRange(symbol, 0, (1 << bits) - 1);
            Assert.InRange(slot - tables.Interval(table, symbol).Start, 0u, tables.Interval(table, symbol).Frequency - 1);
            popped.Push((symbol, table));
        }

        foreach ((int symbol, int table) in popped)
            tables.Push(stack, symbol, table);
        Assert.Equal(words, stack.ToWords());
    }
}
