using System.Buffers;

namespace Tessera.Entropy.Tests;

/// <summary>Streams longer than a block.</summary>
public sealed class AdaptiveAnsBlockTests
{
    private const int BlockSize = AdaptiveAnsEncoder.BlockSize;

    [Theory]
    [InlineData(BlockSize - 1)]
    [InlineData(BlockSize)]
    [InlineData(BlockSize + 1)]
    [InlineData((2 * BlockSize) + 3)]
    public void Streams_of_any_number_of_blocks_come_back(int count)
    {
        byte[] stream = Encode(count);
        AdaptiveAnsDecoder decoder = Decode(stream, count, out int differing);
        Assert.Equal(0, differing);
        Assert.True(decoder.IsAtEnd);
    }

    [Fact]
    public void A_stream_begins_with_its_first_block_and_ends_with_the_words_of_the_last()
    {
        byte[] first = Encode(BlockSize), both = Encode(BlockSize + 2);
        Assert.Equal(first, both[..^8]);

        // Two decisions of less than 32 bits make a state and no words: coded by themselves, the same state in as few bytes as it needs.
        byte[] last = Encode(2, BlockSize);
        byte[] state = [.. both[^8..^4].Reverse(), .. both[^4..].Reverse()];
        Assert.Equal([.. new byte[8 - last.Length], .. last], state);
    }

    [Fact]
    public void A_block_of_the_wrong_length_or_state_is_damage()
    {
        byte[] stream = Encode(BlockSize + 2);
        Assert.False(Decode(stream[..^4], BlockSize + 2, out _).IsAtEnd);
        Assert.False(Decode(stream[..^8], BlockSize + 2, out _).IsAtEnd);
        Assert.False(Decode([.. stream[..^8], .. new byte[8]], BlockSize + 2, out _).IsAtEnd);
        Assert.False(Decode(stream, BlockSize, out _).IsAtEnd);
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
    public void An_estimate_is_near_what_decisions_take_also_across_blocks_and_begins_anew_with_the_encoder()
    {
        using var encoder = new AdaptiveAnsEncoder();
        Assert.Equal(0, encoder.EstimateBits());
        var random = new Random(1);
        double entropy = 0;
        for (int i = 0; i < BlockSize + 100_000; i++)
        {
            uint probability = (uint)random.Next(1, 65536);
            int bit = random.Next(65536) < probability ? 1 : 0;
            encoder.AddBit(bit, probability);
            entropy -= Math.Log2((bit == 1 ? probability : 65536 - probability) / 65536.0);
            if (i % 500_000 == 0)
                Assert.InRange(encoder.EstimateBits(), entropy * 0.98, (entropy * 1.02) + 64);
        }

        Assert.InRange(encoder.EstimateBits(), entropy * 0.98, entropy * 1.02);
        Assert.Equal(encoder.EstimateBits(), encoder.EstimateBits());
        encoder.Clear();
        Assert.Equal(0, encoder.EstimateBits());
    }

    private static byte[] Encode(int count, int from = 0)
    {
        using var encoder = new AdaptiveAnsEncoder();
        for (int i = from; i < from + count; i++)
        {
            (int bit, uint probability) = Decision(i);
            encoder.AddBit(bit, probability);
        }

        Assert.Equal(count, encoder.Count);
        var output = new ArrayBufferWriter<byte>();
        encoder.Finish(output);
        Assert.Equal(0, encoder.Count);
        return output.WrittenSpan.ToArray();
    }

    private static AdaptiveAnsDecoder Decode(byte[] stream, int count, out int differing)
    {
        var decoder = new AdaptiveAnsDecoder(stream);
        differing = 0;
        for (int i = 0; i < count; i++)
        {
            (int bit, uint probability) = Decision(i);
            differing += decoder.DecodeBit(probability) ^ bit;
        }

        return decoder;
    }

    private static (int Bit, uint Probability) Decision(int i)
    {
        uint mixed = (uint)i * 2654435761;
        return ((mixed >> 12) % 5 == 0 ? 1 : 0, 1 + ((mixed >> 16) % 32768));
    }
}
