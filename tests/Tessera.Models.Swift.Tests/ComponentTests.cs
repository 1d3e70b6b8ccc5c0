using FsCheck;
using FsCheck.Fluent;
using Tessera.Entropy;

namespace Tessera.Models.Swift.Tests;

/// <summary>The parts that the model is put together from, each by itself.</summary>
public sealed class ComponentTests
{
    [Fact]
    public void Every_folded_error_is_a_token_and_bits()
    {
        for (int depth = TokenCode.DirectDepth + 1; depth <= 16; depth++)
        {
            int before = -1;
            for (int folded = 0; folded < 1 << depth; folded++)
            {
                int token = TokenCode.Token(folded);
                Assert.InRange(token, before, Math.Min(before + 1, TokenCode.SymbolCount(depth) - 1));
                before = token;
                if (token >= TokenCode.FirstWithBits)
                    Assert.InRange(folded - TokenCode.Base(token), 0, (1 << TokenCode.BitCount(token)) - 1);
                else
                    Assert.Equal(folded, token);
            }

            Assert.Equal(TokenCode.SymbolCount(depth) - 1, before);
        }
    }

    [Fact]
    public void Any_numbers_come_back()
    {
        Gen<int> number = Gen.OneOf(Gen.Choose(0, NumberModel.Largest), Gen.Choose(0, 20), Gen.Elements(0, 1, 65535, 65536, NumberModel.Largest));
        Prop.ForAll(Gen.ArrayOf(number).ToArbitrary(), numbers =>
        {
            using var encoder = new AdaptiveAnsEncoder();
            var model = new NumberModel();
            foreach (int n in numbers)
            {
                model.Write(encoder, n);
                model.WriteSigned(encoder, -(n / 2));
            }

            var output = new System.Buffers.ArrayBufferWriter<byte>();
            encoder.Finish(output);
            var decoder = new AdaptiveAnsDecoder(output.WrittenSpan);
            model = new();
            foreach (int n in numbers)
            {
                Assert.Equal(n, model.Read(ref decoder));
                Assert.Equal(-(n / 2), model.ReadSigned(ref decoder));
            }

            Assert.True(decoder.IsAtEnd);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_counts_give_frequencies_that_fill_a_table_and_are_near_their_share()
    {
        Gen<uint> count = Gen.OneOf(Gen.Constant(0), Gen.Choose(1, 5), Gen.Choose(1, 1 << 20)).Select(n => (uint)n);
        Prop.ForAll(Gen.ArrayOf(count).Where(c => c.Length is > 0 and <= 256 && c.Any(n => n != 0)).ToArbitrary(), counts =>
        {
            var weights = new byte[counts.Length];
            var frequencies = new uint[counts.Length];
            SymbolWeights.FromCounts(counts, weights);
            SymbolWeights.ToFrequencies(weights, frequencies);
            Assert.Equal(1L << 16, frequencies.Sum(f => f));
            double total = counts.Sum(c => (double)c), largest = counts.Max();
            for (int s = 0; s < counts.Length; s++)
            {
                Assert.Equal(counts[s] == 0, frequencies[s] == 0);

                // The steps of weights are a quarter of an octave wide at most, also those of the sum.
                if (counts[s] != 0 && counts[s] != largest)
                    Assert.InRange(frequencies[s], Math.Floor(counts[s] / total * 65536 / 1.3), 2 + (counts[s] / total * 65536 * 1.3));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Weights_that_leave_nothing_to_the_largest_are_an_error()
    {
        byte[] even = [.. Enumerable.Repeat((byte)1, 256)];
        var frequencies = new uint[256];
        SymbolWeights.ToFrequencies(even, frequencies);
        Assert.All(frequencies, f => Assert.Equal(256u, f));
        Assert.Throws<TesseraFormatException>(() => SymbolWeights.ToFrequencies(new byte[256], frequencies));
    }

    [Fact]
    public void The_levels_of_activity_are_where_classes_may_begin()
    {
        for (int activity = 0; activity < PlanePlan.ActivityLevels; activity++)
        {
            int level = ActivityLevels.OfActivity[activity];
            Assert.InRange(activity, ActivityLevels.First(level), level + 1 < ActivityLevels.Count ? ActivityLevels.First(level + 1) - 1 : int.MaxValue);
        }
    }
}
