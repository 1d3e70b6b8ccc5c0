using System.Buffers;
using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Entropy.Tests;

public sealed class LaneTests
{
    private static readonly FrequencyTables Tables = MakeTables();

    /// <summary>Runs of symbols (table and a fraction of its symbols) and of bits.</summary>
    private static readonly Gen<LaneStep[]> AnyProgram = Gen.ArrayOf(
        Gen.OneOf(
            Gen.ArrayOf(
                from table in Gen.Choose(0, Tables.Count - 1)
                from symbol in Gen.Choose(0, Tables.SymbolCount(table) - 1)
                select ((ushort)table, (ushort)symbol)).Select(run => new LaneStep(run, 0, 0)),
            from count in Gen.Choose(0, 32)
            from word in StackOperation.AnyWord
            select new LaneStep(null, (uint)(word & ((1UL << count) - 1)), count)));

    public static TheoryData<bool> Paths => LaneKernel.IsSupported ? [false, true] : [false];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Any_program_of_symbols_and_bits_is_read_as_it_was_written(bool vectorized) =>
        Prop.ForAll(AnyProgram.ToArbitrary(), program =>
        {
            byte[] stream = Write(program);
            var decoder = new LaneDecoder(stream, vectorized);
            foreach (LaneStep step in program)
                CheckStep(ref decoder, step);
            decoder.Finish();
        }).QuickCheckThrowOnFailure();

    [Theory]
    [MemberData(nameof(Paths))]
    public void Long_runs_of_symbols_are_read_as_they_were_written(bool vectorized)
    {
        (ushort[] indices, ushort[] symbols) = RandomSymbols(50_003);
        byte[] stream = Write([new LaneStep([.. indices.Zip(symbols)], 0, 0)]);
        var decoder = new LaneDecoder(stream, vectorized);
        var read = new ushort[symbols.Length];
        decoder.Read(Tables, indices.AsSpan(0, 1001), read.AsSpan(0, 1001));
        decoder.Read(Tables, indices.AsSpan(1001), read.AsSpan(1001));
        decoder.Finish();
        Assert.Equal(symbols, read);
    }

    [Fact]
    public void The_stream_is_that_of_sixteen_coders_that_take_turns()
    {
        (ushort[] indices, ushort[] symbols) = RandomSymbols(1000);
        byte[] stream = Write([new LaneStep([.. indices.Zip(symbols)], 0, 0)]);
        Assert.Equal(ReferenceStream([.. indices.Zip(symbols, (table, symbol) => Tables.Interval(table, symbol))]), stream);
    }

    [Fact]
    public void Damaged_streams_give_the_same_symbols_or_the_same_error_on_every_path() =>
        Prop.ForAll(
            (from count in Gen.Choose(0, 400)
             from noise in Gen.ArrayOf(Gen.Choose(0, 255).Select(x => (byte)x))
             from length in Gen.Choose(0, 600)
             select (count, noise, length)).ToArbitrary(),
            run =>
            {
                (int count, byte[] noise, int length) = run;
                (ushort[] indices, ushort[] symbols) = RandomSymbols(count);
                byte[] stream = Write([new LaneStep([.. indices.Zip(symbols)], 0, 0)]);
                for (int i = 0; i < noise.Length; i++)
                    stream[noise[i] * 7919 % stream.Length] ^= noise[i];
                stream = stream[..Math.Min(stream.Length, length)];
                (ushort[] portable, string? portableError) = Decode(stream, indices, false);
                (ushort[] native, string? nativeError) = Decode(stream, indices, LaneKernel.IsSupported);
                Assert.Equal(portableError, nativeError);
                if (portableError is null)
                    Assert.Equal(portable, native);
            }).QuickCheckThrowOnFailure();

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_truncation_is_noticed(bool vectorized)
    {
        (ushort[] indices, ushort[] symbols) = RandomSymbols(300);
        byte[] stream = Write([new LaneStep([.. indices.Zip(symbols)], 0, 0)]);
        for (int length = 0; length < stream.Length; length++)
            Assert.NotNull(Decode(stream[..length], indices, vectorized).Error);
        Assert.Null(Decode(stream, indices, vectorized).Error);
        Assert.Contains("2 bytes after", Decode([.. stream, 0, 0], indices, vectorized).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_that_no_encoder_writes_is_refused()
    {
        byte[] stream = Write([]);
        Assert.Equal(64, stream.Length);
        new LaneDecoder(stream).Finish();
        stream[2] = 0;
        string message = Assert.Throws<EntropyFormatException>(() => new LaneDecoder(stream)).Message;
        Assert.Contains("lane 0", message, StringComparison.Ordinal);
        stream[2] = 2;
        message = Assert.Throws<EntropyFormatException>(() => new LaneDecoder(stream).Finish()).Message;
        Assert.Contains("Lane 0", message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Tables_that_are_not_there_are_refused(bool vectorized)
    {
        byte[] stream = [.. Write([]), .. new byte[200]];
        Assert.Throws<ArgumentOutOfRangeException>(() => Read(stream, [.. new ushort[17], (ushort)Tables.Count], vectorized));
        Assert.Throws<ArgumentOutOfRangeException>(() => Read(stream, [(ushort)Tables.Count, .. new ushort[17]], vectorized));
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        using var encoder = new LaneEncoder();
        Assert.Throws<ArgumentException>(() => encoder.Write(Tables, [0, 0], [0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Write(Tables, [0], [(ushort)Tables.SymbolCount(0)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Write(Tables, [(ushort)Tables.Count], [0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.WriteBits(2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.WriteBits(0, 33));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LaneEncoder(-1));
        Assert.Throws<ArgumentException>(() => LaneValues.Write(encoder, ScaleTables.Logistic, [0], [0, 0], [0]));
        byte[] stream = Write([]);
        Assert.Throws<ArgumentException>(() => new LaneDecoder(stream).Read(Tables, [0], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LaneDecoder(stream).ReadBits(33));
        encoder.Dispose();
        encoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => encoder.WriteBits(0, 1));
        Assert.Throws<ObjectDisposedException>(() => encoder.Finish(new ArrayBufferWriter<byte>()));
    }

    [Fact]
    public void An_encoder_can_be_used_again()
    {
        using var encoder = new LaneEncoder(0);
        var first = new ArrayBufferWriter<byte>();
        var second = new ArrayBufferWriter<byte>();
        for (uint i = 0; i < 100; i++)
            encoder.WriteBits(i, 7);
        encoder.Finish(first);
        for (uint i = 0; i < 100; i++)
            encoder.WriteBits(i, 7);
        encoder.Finish(second);
        Assert.Equal(first.WrittenSpan, second.WrittenSpan);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Values_by_location_and_scale_are_read_as_they_were_written(bool vectorized)
    {
        var random = new Random(5);
        const int Count = 20_000;
        int[] values = new int[Count], locations = new int[Count], read = new int[Count];
        var levels = new byte[Count];
        for (int i = 0; i < Count; i++)
        {
            levels[i] = (byte)random.Next(ScaleTables.LevelCount);
            locations[i] = random.Next(-4_000_000, 4_000_000);
            double scale = Math.Pow(2, (levels[i] / 8.0) - 4), u = random.NextDouble();
            int spread = random.Next(20) == 0 ? 60 : 1;
            values[i] = (locations[i] >> 6) + (int)(spread * scale * Math.Log((u + 1e-9) / (1 - u + 1e-9)));
        }

        using var encoder = new LaneEncoder();
        LaneValues.Write(encoder, ScaleTables.Logistic, values, locations, levels);
        var output = new ArrayBufferWriter<byte>();
        encoder.Finish(output);
        var decoder = new LaneDecoder(output.WrittenSpan, vectorized);
        LaneValues.Read(ref decoder, ScaleTables.Logistic, read, locations, levels);
        decoder.Finish();
        Assert.Equal(values, read);
    }

    [Fact]
    public void Symbols_cost_what_their_frequencies_say()
    {
        (ushort[] indices, ushort[] symbols) = RandomSymbols(400_000);
        byte[] stream = Write([new LaneStep([.. indices.Zip(symbols)], 0, 0)]);
        double ideal = 0;
        for (int i = 0; i < symbols.Length; i++)
            ideal += 16 - Math.Log2(Tables.Interval(indices[i], symbols[i]).Frequency);
        Assert.InRange(((stream.Length - 32) * 8) - ideal, -300, 0.006 * symbols.Length);
    }

    /// <summary>The tables of the library, and some at the limits: one symbol, two symbols, 65536 symbols.</summary>
    private static FrequencyTables MakeTables()
    {
        var builder = new FrequencyTablesBuilder();
        builder.Add([65536]);
        builder.Add([65535, 1]);
        builder.Add([1, 65535]);
        builder.Add([.. Enumerable.Repeat(1u, 65536)]);
        builder.Add([.. Enumerable.Repeat(1u, 36), 65500]);
        for (int table = 0; table < 2000; table += 50)
        {
            FrequencyTables logistic = ScaleTables.Logistic.Tables;
            builder.Add([.. Enumerable.Range(0, logistic.SymbolCount(table)).Select(symbol => logistic.Interval(table, symbol).Frequency)]);
        }

        return builder.Build();
    }

    private static (ushort[] Indices, ushort[] Symbols) RandomSymbols(int count)
    {
        var random = new Random(count);
        var indices = new ushort[count];
        var symbols = new ushort[count];
        for (int i = 0; i < count; i++)
        {
            indices[i] = (ushort)random.Next(Tables.Count);
            symbols[i] = (ushort)Tables.Find(indices[i], (uint)random.Next(65536), out _);
        }

        return (indices, symbols);
    }

    private static byte[] Write(LaneStep[] program)
    {
        using var encoder = new LaneEncoder(0);
        foreach (LaneStep step in program)
        {
            if (step.Run is { } run)
                encoder.Write(Tables, [.. run.Select(s => s.Table)], [.. run.Select(s => s.Symbol)]);
            else
                encoder.WriteBits(step.Bits, step.BitCount);
        }

        var output = new ArrayBufferWriter<byte>();
        encoder.Finish(output);
        return output.WrittenSpan.ToArray();
    }

    private static void CheckStep(ref LaneDecoder decoder, LaneStep step)
    {
        if (step.Run is { } run)
        {
            var symbols = new ushort[run.Length];
            decoder.Read(Tables, [.. run.Select(s => s.Table)], symbols);
            Assert.Equal(run.Select(s => s.Symbol), symbols);
        }
        else
        {
            Assert.Equal(step.Bits, decoder.ReadBits(step.BitCount));
        }
    }

    private static void Read(byte[] stream, ushort[] indices, bool vectorized) =>
        new LaneDecoder(stream, vectorized).Read(Tables, indices, new ushort[indices.Length]);

    private static (ushort[] Symbols, string? Error) Decode(byte[] stream, ushort[] indices, bool vectorized)
    {
        var symbols = new ushort[indices.Length];
        try
        {
            var decoder = new LaneDecoder(stream, vectorized);
            decoder.Read(Tables, indices, symbols);
            decoder.Finish();
            return (symbols, null);
        }
        catch (EntropyFormatException error)
        {
            return (symbols, error.Message);
        }
    }

    /// <summary>Sixteen textbook rANS coders, of which the decoder's demand for words is noted by decoding.</summary>
    private static byte[] ReferenceStream(SymbolInterval[] symbols)
    {
        var states = Enumerable.Repeat(65536UL, 16).ToArray();
        var words = new Stack<ushort>();
        for (int i = symbols.Length - 1; i >= 0; i--)
        {
            (uint start, uint frequency) = symbols[i];
            ulong state = states[i % 16];
            if (state >= (ulong)frequency << 16)
            {
                words.Push((ushort)(state % 65536));
                state /= 65536;
            }

            states[i % 16] = (state / frequency * 65536) + (state % frequency) + start;
        }

        var bytes = new byte[64 + (2 * words.Count)];
        for (int lane = 0; lane < 16; lane++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * lane), (uint)states[lane]);
        int position = 64;
        foreach (ushort word in words)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(position), word);
            position += 2;
        }

        return bytes;
    }

    private sealed record LaneStep((ushort Table, ushort Symbol)[]? Run, uint Bits, int BitCount);
}
