using System.Buffers;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Entropy.Tests;

public sealed class AdaptiveAnsTests
{
    private static readonly Gen<byte[]> AnyBytes = Gen.ArrayOf(Gen.Choose(0, 255).Select(b => (byte)b));

    [Fact]
    public void Any_symbols_come_back_in_the_order_in_which_they_were_added() =>
        Prop.ForAll(AdaptiveAnsSymbol.Stream.ToArbitrary(), symbols =>
        {
            byte[] bytes = Encode(symbols);
            Assert.Equal(symbols, Decode(bytes, symbols, out bool atEnd, out bool overrun));
            Assert.True(atEnd);
            Assert.False(overrun);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_bytes_are_those_of_the_definition_in_unbounded_integers() =>
        Prop.ForAll(AdaptiveAnsSymbol.Stream.ToArbitrary(), symbols => Assert.Equal(EncodeByDefinition(symbols), Encode(symbols)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_cost_is_that_of_the_probabilities_and_a_state() =>
        Prop.ForAll(AdaptiveAnsSymbol.Stream.ToArbitrary(), symbols =>
        {
            double bits = symbols.Sum(s => 16 - Math.Log2(s.Interval.Frequency));
            Assert.InRange(Encode(symbols).Length * 8, Math.Floor(bits), 33 + bits + (symbols.Length * 0.0001) + 7);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_truncation_shows_at_the_end() =>
        Prop.ForAll(AdaptiveAnsSymbol.Stream.Where(s => s.Length > 0).ToArbitrary(), symbols =>
        {
            byte[] bytes = Encode(symbols);
            for (int length = 0; length < bytes.Length; length++)
            {
                Decode(bytes.AsSpan(0, length), symbols, out bool atEnd, out _);
                Assert.False(atEnd, $"{length} of {bytes.Length} bytes pass as all of them.");
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Bytes_after_the_last_symbol_show_at_the_end() =>
        Prop.ForAll(AdaptiveAnsSymbol.Stream.Zip(AnyBytes.Where(b => b.Length > 0)).ToArbitrary(), run =>
        {
            // Four bytes more are a word that nobody reads; other numbers move the state's bytes.
            Decode([.. Encode(run.Item1), .. run.Item2], run.Item1, out bool atEnd, out _);
            Assert.False(atEnd);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_decode_to_something_and_what_passes_as_undamaged_is_the_one_form_of_its_symbols() =>
        Prop.ForAll(AdaptiveAnsSymbol.Stream.Where(s => s.Length > 0).Zip(AnyBytes).ToArbitrary(), run =>
        {
            AdaptiveAnsSymbol[] found = Decode(run.Item2, run.Item1, out bool atEnd, out _);
            Assert.All(found, s => Assert.InRange(s.Value, 0u, s.UniformBits == 0 ? 1 : (1u << s.UniformBits) - 1));
            Assert.True(!atEnd || Encode(found).AsSpan().SequenceEqual(run.Item2));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_changed_bit_shows_at_the_end_or_makes_the_one_form_of_other_symbols() =>
        Prop.ForAll(AdaptiveAnsSymbol.Stream.Where(s => s.Length > 0).ToArbitrary(), symbols =>
        {
            byte[] bytes = Encode(symbols);
            for (int bit = 0; bit < bytes.Length * 8; bit++)
            {
                byte[] damaged = [.. bytes];
                damaged[bit / 8] ^= (byte)(1 << (bit % 8));
                AdaptiveAnsSymbol[] found = Decode(damaged, symbols, out bool atEnd, out _);
                Assert.True(!atEnd || (!found.AsSpan().SequenceEqual(symbols) && Encode(found).AsSpan().SequenceEqual(damaged)));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_zero_byte_in_front_is_damage() =>
        Prop.ForAll(AdaptiveAnsSymbol.Stream.ToArbitrary(), symbols =>
        {
            Decode([0, .. Encode(symbols)], symbols, out bool atEnd, out _);
            Assert.False(atEnd);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Long_after_the_end_symbols_are_still_found_and_the_overrun_stays_known()
    {
        var decoder = new AdaptiveAnsDecoder([]);
        Assert.True(decoder.IsAtEnd);
        for (int i = 0; i < 100_000; i++)
        {
            Assert.InRange(decoder.DecodeBit((uint)(1 + (i * 31337L % 65535))), 0, 1);
            Assert.True(decoder.HasOverrun);
            Assert.False(decoder.IsAtEnd);
        }
    }

    [Fact]
    public void An_encoder_is_as_new_after_each_stream() =>
        Prop.ForAll(AdaptiveAnsSymbol.Stream.Zip(AdaptiveAnsSymbol.Stream).ToArbitrary(), streams =>
        {
            using var encoder = new AdaptiveAnsEncoder();
            Assert.Equal(Encode(streams.Item1), Encode(streams.Item1, encoder));
            foreach (AdaptiveAnsSymbol symbol in streams.Item1)
                symbol.AddTo(encoder);
            Assert.Equal(streams.Item1.Length, encoder.Count);
            encoder.Clear();
            Assert.Equal(0, encoder.Count);
            Assert.Equal(Encode(streams.Item2), Encode(streams.Item2, encoder));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Streams_of_many_symbols_come_back()
    {
        var random = new Random(5);
        var symbols = new AdaptiveAnsSymbol[300_000];
        for (int i = 0; i < symbols.Length; i++)
        {
            uint probability = (uint)random.Next(1, 65536);
            symbols[i] = new(0, random.Next(65536) < probability ? 1u : 0u, probability);
        }

        byte[] bytes = Encode(symbols);
        Assert.Equal(symbols, Decode(bytes, symbols, out bool atEnd, out _));
        Assert.True(atEnd);
        double cost = symbols.Sum(s => 16 - Math.Log2(s.Interval.Frequency)) / 8;
        Assert.InRange(bytes.Length, cost, 5 + (1.00002 * cost));
    }

    [Fact]
    public void A_disposed_encoder_takes_no_more_symbols()
    {
        var encoder = new AdaptiveAnsEncoder();
        encoder.Dispose();
        encoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => encoder.AddBit(1, 1));
        Assert.Throws<ObjectDisposedException>(() => encoder.AddUniform(1, 1));
    }

    private static byte[] Encode(IEnumerable<AdaptiveAnsSymbol> symbols)
    {
        using var encoder = new AdaptiveAnsEncoder();
        return Encode(symbols, encoder);
    }

    private static byte[] Encode(IEnumerable<AdaptiveAnsSymbol> symbols, AdaptiveAnsEncoder encoder)
    {
        foreach (AdaptiveAnsSymbol symbol in symbols)
            symbol.AddTo(encoder);
        var output = new ArrayBufferWriter<byte>();
        encoder.Finish(output);
        return output.WrittenSpan.ToArray();
    }

    private static AdaptiveAnsSymbol[] Decode(ReadOnlySpan<byte> bytes, AdaptiveAnsSymbol[] kinds, out bool atEnd, out bool overrun)
    {
        var decoder = new AdaptiveAnsDecoder(bytes);
        var found = new AdaptiveAnsSymbol[kinds.Length];
        for (int i = 0; i < found.Length; i++)
            found[i] = kinds[i].Read(ref decoder);
        atEnd = decoder.IsAtEnd;
        overrun = decoder.HasOverrun;
        return found;
    }

    /// <summary>The last symbol first onto a stack; then the state, its highest byte first, and the words from the top down.</summary>
    private static byte[] EncodeByDefinition(AdaptiveAnsSymbol[] symbols)
    {
        if (symbols.Length == 0)
            return [];
        ReferenceStack stack = ReferenceStack.FromWords([]);
        foreach (AdaptiveAnsSymbol symbol in symbols.Reverse())
            stack.Push(symbol.Interval.Start, symbol.Interval.Frequency, AdaptiveAnsEncoder.Precision);

        var bytes = new List<byte>();
        BigInteger state = stack.Value;
        for (; state >= BigInteger.One << 64; state >>= 32)
        {
            var word = (uint)(state & uint.MaxValue);
            bytes.InsertRange(0, [(byte)word, (byte)(word >> 8), (byte)(word >> 16), (byte)(word >> 24)]);
        }

        bytes.InsertRange(0, state.ToByteArray(isUnsigned: true, isBigEndian: true));
        return [.. bytes];
    }
}
