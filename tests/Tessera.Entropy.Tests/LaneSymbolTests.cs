using System.Buffers;
using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Entropy.Tests;

/// <summary>Interleaved streams symbol by symbol: the same bytes as by the coders that take many symbols at once.</summary>
public sealed class LaneSymbolTests
{
    private const int Tables = 5;

    private static readonly Gen<Case> Any =
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from count in Gen.Frequency((1, Gen.Choose(0, 40)), (2, Gen.Choose(0, 3000)))
        from symbols in Gen.Elements(1, 2, 3, 17, 256)
        select new Case(seed, count, symbols);

    [Fact]
    public void A_stream_written_backwards_is_the_one_that_is_written_forwards_and_reads_as_it() => Prop.ForAll(Any.ToArbitrary(), c =>
    {
        byte[] expected = c.EncodeForwards();
        Assert.Equal(expected, c.EncodeBackwards());
        var reader = new LaneSymbolReader(expected);
        SymbolTables tables = c.MakeTables();
        for (int i = 0; i < c.Count; i++)
        {
            Assert.Equal(c.Symbols[i], reader.Read(tables, c.Indices[i]));
            if (c.Bits[i] > 0)
                Assert.Equal(c.Values[i], reader.ReadBits(c.Bits[i]));
        }

        reader.Finish();
        Assert.False(reader.HasOverrun);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_damage_is_read_to_an_end() => Prop.ForAll(Any.Zip(Gen.Choose(0, int.MaxValue - 1)).ToArbitrary(), pair =>
    {
        (Case c, int seed) = pair;
        byte[] stream = c.EncodeForwards();
        var random = new Random(seed);
        for (int i = 0; i < 3; i++)
            stream[64 + random.Next(Math.Max(1, stream.Length - 64)) is var at && at < stream.Length ? at : 3] ^= (byte)random.Next(1, 256);
        stream = stream[..(stream.Length - (2 * random.Next(Math.Min(3, (stream.Length - 64) / 2) + 1)))];
        var reader = new LaneSymbolReader(stream);
        SymbolTables tables = c.MakeTables();
        for (int i = 0; i < c.Count; i++)
            Assert.NotEqual(0u, c.Frequencies[c.Indices[i]][reader.Read(tables, c.Indices[i])]);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_stream_ends_with_its_last_symbol()
    {
        var c = new Case(1, 500, 17);
        byte[] stream = c.EncodeForwards();
        EntropyFormatException error = Assert.Throws<EntropyFormatException>(() => Finish([.. stream, 0, 0]));
        Assert.Contains("end at", error.Message, StringComparison.Ordinal);
        Assert.Throws<EntropyFormatException>(() => Finish(stream[..^2]));
        Assert.Throws<EntropyFormatException>(() => Finish(stream[..^1]));
        Assert.Throws<EntropyFormatException>(() => Finish(stream[..62]));

        void Finish(byte[] bytes)
        {
            var reader = new LaneSymbolReader(bytes);
            SymbolTables tables = c.MakeTables();
            for (int i = 0; i < c.Count; i++)
            {
                reader.Read(tables, c.Indices[i]);
                if (c.Bits[i] > 0)
                    reader.ReadBits(c.Bits[i]);
            }

            reader.Finish();
        }
    }

    [Fact]
    public void A_writer_takes_as_many_symbols_as_were_announced()
    {
        var writer = new LaneSymbolWriter();
        writer.Begin(1);
        Assert.Throws<InvalidOperationException>(() => writer.Finish(new ArrayBufferWriter<byte>()));
        writer.Prepend(new SymbolCode(0, 1 << 16));
        Assert.Throws<InvalidOperationException>(() => writer.Prepend(new SymbolCode(0, 1 << 16)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 65536)]
    [InlineData(65536, 1)]
    public void Slots_that_a_table_has_not_are_an_error(uint start, uint frequency) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SymbolCode(start, frequency));

    [Fact]
    public void Frequencies_that_do_not_fill_a_table_are_an_error()
    {
        var tables = new SymbolTables();
        tables.Reset(1);
        Assert.Throws<ArgumentException>(() => tables.Set(0, [65535]));
        Assert.Throws<ArgumentException>(() => tables.Set(0, [65536, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tables.Set(1, [65536]));
    }

    /// <summary>Symbols of random tables, some of whose symbols have no slots, and bits after some of them.</summary>
    private sealed class Case
    {
        private readonly int _symbolCount;

        public Case(int seed, int count, int symbolCount)
        {
            _symbolCount = symbolCount;
            Count = count;
            var random = new Random(seed);
            Frequencies = [.. Enumerable.Range(0, Tables).Select(_ => RandomFrequencies(random))];
            Indices = [.. Enumerable.Range(0, count).Select(_ => (ushort)random.Next(Tables))];
            Symbols = [.. Indices.Select(table => (ushort)SymbolAt(table, random.Next(1 << 16)))];
            Bits = [.. Symbols.Select(_ => random.Next(4) == 0 ? random.Next(1, 17) : 0)];
            Values = [.. Bits.Select(bits => (uint)random.Next(1 << bits))];
        }

        public int Count { get; }

        public uint[][] Frequencies { get; }

        public ushort[] Indices { get; }

        public ushort[] Symbols { get; }

        public int[] Bits { get; }

        public uint[] Values { get; }

        public SymbolTables MakeTables()
        {
            var tables = new SymbolTables();
            tables.Reset(Tables);
            for (int table = 0; table < Tables; table++)
                tables.Set(table, Frequencies[table]);
            return tables;
        }

        // The tables of this coder have no symbols without slots: they are left out.
        public byte[] EncodeForwards()
        {
            var builder = new FrequencyTablesBuilder();
            foreach (uint[] frequencies in Frequencies)
                builder.Add([.. frequencies.Where(f => f != 0)]);
            FrequencyTables tables = builder.Build();
            using var encoder = new LaneEncoder();
            for (int i = 0; i < Count; i++)
            {
                int rank = Frequencies[Indices[i]].Take(Symbols[i]).Count(f => f != 0);
                encoder.Write(tables, [Indices[i]], [(ushort)rank]);
                encoder.WriteBits(Values[i], Bits[i]);
            }

            var output = new ArrayBufferWriter<byte>();
            encoder.Finish(output);
            return output.WrittenSpan.ToArray();
        }

        public byte[] EncodeBackwards()
        {
            var writer = new LaneSymbolWriter();
            writer.Begin(Count + Bits.Count(b => b > 0));
            for (int i = Count - 1; i >= 0; i--)
            {
                if (Bits[i] > 0)
                    writer.Prepend(SymbolCode.OfBits(Values[i], Bits[i]));
                uint[] frequencies = Frequencies[Indices[i]];
                writer.Prepend(new SymbolCode((uint)frequencies.Take(Symbols[i]).Sum(f => f), frequencies[Symbols[i]]));
            }

            var output = new ArrayBufferWriter<byte>();
            writer.Finish(output);
            Assert.Equal(output.WrittenCount, writer.Length);
            return output.WrittenSpan.ToArray();
        }

        private uint[] RandomFrequencies(Random random)
        {
            var frequencies = new uint[_symbolCount];
            uint left = 1u << 16;
            while (left > 0)
            {
                uint part = (uint)random.Next(1, (int)Math.Min(left, 1u << random.Next(17)) + 1);
                frequencies[random.Next(_symbolCount)] += part;
                left -= part;
            }

            return frequencies;
        }

        private int SymbolAt(int table, int slot)
        {
            int symbol = 0;
            for (long start = 0; start + Frequencies[table][symbol] <= slot; symbol++)
                start += Frequencies[table][symbol];
            return symbol;
        }
    }
}
