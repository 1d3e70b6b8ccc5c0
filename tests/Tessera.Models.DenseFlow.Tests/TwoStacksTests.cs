using Tessera.Entropy;

namespace Tessera.Models.DenseFlow.Tests;

/// <summary>Two stacks become one, and two again.</summary>
public class TwoStacksTests
{
    [Fact]
    public void What_is_fed_and_joined_comes_back_to_the_bit()
    {
        var random = new Random(1);
        for (int i = 0; i < 1000; i++)
        {
            using AnsStack main = Random(random, random.Next(20, 200));
            uint[] before = main.ToWords();
            using var stacks = new TwoStacks(main);
            stacks.Begin();
            int feeds = random.Next(4);
            for (int f = 0; f < feeds; f++)
                stacks.Feed(random.Next(5));
            int bits = (int)Math.Min(stacks.Noise.BitCount / 32 * 32, random.Next(33));
            uint popped = stacks.Noise.PopBits(bits);
            uint[] noise = stacks.Noise.ToWords(), fed = main.ToWords();
            stacks.Join();
            Assert.True(stacks.Noise.IsEmpty);

            using AnsStack copy = AnsStack.FromWords(main.ToWords());
            using var back = new TwoStacks(copy);
            back.Part();
            Assert.Equal(noise, back.Noise.ToWords());
            Assert.Equal(fed, copy.ToWords());
            back.Noise.PushBits(popped, bits);
            for (int f = 0; f < feeds; f++)
                back.Unfeed();
            Assert.True(back.TryEnd());
            Assert.Equal(before, copy.ToWords());
            Assert.True(back.Noise.IsEmpty);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void Joining_wastes_less_than_a_word_and_a_count(int words)
    {
        var random = new Random(words);
        double wasted = 0;
        const int count = 100;
        int bits = 2 * (int)Math.Log2(words + 1);
        for (int i = 0; i < count; i++)
        {
            // The second stack as it is after it has been used for a while: nothing but its state tells that it was loaded from main's words.
            using AnsStack main = Random(random, words + 10);
            long before = main.BitCount;
            using var stacks = new TwoStacks(main);
            stacks.Begin();
            stacks.Feed(words);
            double popped = 0;
            for (int j = random.Next(32); j > 0; j--)
            {
                stacks.Noise.PopUniform(3);
                popped += Math.Log2(3);
            }

            stacks.Join();
            double own = main.BitCount - before + popped - (bits + 1);
            Assert.InRange(own, -1, 32 + bits + 4);
            wasted += own - bits;
        }

        // Of the count that was fed, and of that which was joined, no more than twice their bits; of the last word, a half.
        Assert.InRange(wasted / count, 10, 22);
    }

    [Fact]
    public void To_feed_nothing_takes_a_bit()
    {
        using AnsStack main = Random(new(1), 5);
        using var stacks = new TwoStacks(main);
        long before = main.BitCount;
        for (int i = 0; i < 10; i++)
            stacks.Feed(0);
        Assert.InRange(main.BitCount - before, 10, 10);
    }

    [Fact]
    public void Counts_that_no_stack_can_hold_are_an_underflow()
    {
        using AnsStack main = Ones(), other = Ones();
        using TwoStacks stacks = new(main), fed = new(other);
        Assert.Throws<AnsUnderflowException>(stacks.Part);
        Assert.Throws<AnsUnderflowException>(fed.Unfeed);
        Assert.Throws<AnsUnderflowException>(() => fed.Feed(1000));
    }

    // The largest count that there is.
    private static AnsStack Ones()
    {
        var stack = new AnsStack();
        for (int i = 0; i < 5; i++)
            stack.PushBits(uint.MaxValue, 32);
        return stack;
    }

    private static AnsStack Random(Random random, int words) =>
        AnsStack.FromWords([.. Enumerable.Range(0, words).Select(_ => (uint)random.NextInt64(1L << 32))]);
}
