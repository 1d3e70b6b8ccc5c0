using System.Buffers;
using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Entropy.Tests;

public sealed class AdaptiveAnsTests
{
    /// <summary>A decision (no bits) or bits, each with what the coder must be told.</summary>
    private static readonly Gen<Step> AnyStep = Gen.OneOf(
        from bit in Gen.Choose(0, 1)
        from probability in Gen.OneOf(Gen.Choose(1, 65535), Gen.Elements(1, 2, 32768, 65534, 65535))
        select new Step((uint)bit, (uint)probability, 0),
        from count in Gen.Choose(1, 16)
        from value in Gen.Choose(0, (1 << count) - 1)
        select new Step((uint)value, 0, count));

    private static readonly Gen<Step[]> AnyProgram = Gen.ArrayOf(AnyStep);

    [Fact]
    public void Any_decisions_and_bits_are_read_as_they_were_written() =>
        Prop.ForAll(AnyProgram.ToArbitrary(), program =>
        {
            var decoder = new AdaptiveAnsDecoder(Write(program));
            foreach (Step step in program)
                Assert.Equal(step.Value, step.Decode(ref decoder));
            Assert.True(decoder.IsAtEnd);
            Assert.False(decoder.HasOverrun);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_stream_takes_five_bytes_more_than_its_symbols_at_most() =>
        Prop.ForAll(AnyProgram.ToArbitrary(), program =>
        {
            double bits = program.Sum(step => step.Cost + Math.Log2(1 + (1 / 65536.0)));
            Assert.InRange(Write(program).Length, 0, (bits / 8) + 5);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_encoder_begins_anew_after_a_stream_and_after_it_is_cleared()
    {
        Step[] program = [new(1, 9, 0), new(5, 0, 3)];
        using var encoder = new AdaptiveAnsEncoder();
        encoder.AddUniform(77, 16);
        encoder.Clear();
        Assert.Equal(0, encoder.Count);
        Assert.Equal(Write(program), Write(encoder, program));
        Assert.Equal(0, encoder.Count);
        Assert.Equal(Write(program), Write(encoder, program));
    }

    [Fact]
    public void No_symbols_are_no_bytes() => Assert.Empty(Write([]));

    [Fact]
    public void A_stream_that_is_cut_off_does_not_come_to_its_end() =>
        Prop.ForAll(AnyProgram.ToArbitrary(), program =>
        {
            byte[] stream = Write(program);
            for (int length = 0; length < stream.Length; length++)
                Assert.False(EndsWell(stream[..length], program));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Bytes_that_are_left_over_are_not_the_end() =>
        Prop.ForAll(AnyProgram.Where(p => p.Length > 0).ToArbitrary(), program =>
            Assert.False(EndsWell([.. Write(program), 0, 0, 0, 0], program))).QuickCheckThrowOnFailure();

    [Fact]
    public void Noise_is_decoded_to_something() =>
        Prop.ForAll(
            (from noise in Gen.ArrayOf(Gen.Choose(0, 255).Select(b => (byte)b))
             from program in AnyProgram
             select (noise, program)).ToArbitrary(),
            run =>
            {
                var decoder = new AdaptiveAnsDecoder(run.noise);
                foreach (Step step in run.program)
                    Assert.InRange(step.Decode(ref decoder), 0u, step.Count == 0 ? 1 : (1u << step.Count) - 1);
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("01000000")]
    [InlineData("0001000000")]
    [InlineData("000100000000")]
    public void A_head_that_no_encoder_writes_is_refused(string hex)
    {
        var decoder = new AdaptiveAnsDecoder(Convert.FromHexString(hex));
        Assert.True(decoder.HasOverrun);
        Assert.False(decoder.IsAtEnd);
    }

    [Fact]
    public void Bits_out_of_range_are_refused()
    {
        using var encoder = new AdaptiveAnsEncoder();
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.AddUniform(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.AddUniform(0, 17));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.AddUniform(8, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdaptiveAnsDecoder([]).DecodeUniform(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdaptiveAnsDecoder([]).DecodeUniform(17));
    }

    [Fact]
    public void A_disposed_encoder_takes_no_symbols()
    {
        var encoder = new AdaptiveAnsEncoder();
        encoder.Dispose();
        encoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => encoder.AddBit(1, 1));
        Assert.Throws<ObjectDisposedException>(() => encoder.AddUniform(1, 1));
    }

    private static bool EndsWell(byte[] stream, Step[] program)
    {
        var decoder = new AdaptiveAnsDecoder(stream);
        bool same = true;
        foreach (Step step in program)
            same &= step.Decode(ref decoder) == step.Value;
        return same && decoder.IsAtEnd;
    }

    private static byte[] Write(Step[] program)
    {
        using var encoder = new AdaptiveAnsEncoder();
        return Write(encoder, program);
    }

    private static byte[] Write(AdaptiveAnsEncoder encoder, Step[] program)
    {
        foreach (Step step in program)
        {
            if (step.Count == 0)
                encoder.AddBit((int)step.Value, step.Probability);
            else
                encoder.AddUniform(step.Value, step.Count);
        }

        Assert.Equal(program.Length, encoder.Count);
        var output = new ArrayBufferWriter<byte>();
        encoder.Finish(output);
        return output.WrittenSpan.ToArray();
    }

    private sealed record Step(uint Value, uint Probability, int Count)
    {
        /// <summary>The bits that it should cost.</summary>
        public double Cost => Count > 0 ? Count : 16 - Math.Log2(Value == 1 ? Probability : 65536 - Probability);

        public uint Decode(ref AdaptiveAnsDecoder decoder) =>
            Count == 0 ? (uint)decoder.DecodeBit(Probability) : decoder.DecodeUniform(Count);
    }
}
