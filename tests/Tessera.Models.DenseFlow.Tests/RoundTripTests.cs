using Tessera.Entropy;
using Tessera.Models.DenseFlow.Tests.Support;

namespace Tessera.Models.DenseFlow.Tests;

/// <summary>
/// Each transform and its inverse undo each other, on a million random tensors in both orders, as do random compositions: values and stack are as they
/// were, to the bit, extreme ones included.
/// </summary>
public class RoundTripTests
{
    private const int Count = 1_000_000;
    private const int MaxPlaces = 3;

    // One number of channels for each; as many sets of parameters.
    private static readonly int[] Channels = [1, 2, 3, 4];
    private const int Parameters = 200;

    private const int Most = FixedPoint.Limit - 1;
    private static readonly int[] Extremes = [0, 1, -1, Most, -Most, Most - 1, 1 << 16, -(1 << 16), (1 << 28) + 1, -(1 << 28)];

    public static TheoryData<string, bool> All
    {
        get
        {
            var all = new TheoryData<string, bool>();
            foreach (string kind in Step.Kinds.Add("composition"))
            {
                all.Add(kind, true);
                all.Add(kind, false);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Any_tensor_and_any_stack_come_back(string kind, bool isForwardFirst)
    {
        var random = new Random(kind.Length + (isForwardFirst ? 100 : 0));
        Step[][] steps = [.. Channels.Select(channels => Enumerable.Range(0, Parameters).Select(i => Create(kind, i, channels, random)).ToArray())];
        var tensor = new RandomTensor(random);
        Step[] chosen = new Step[5];
        int good = 0, extreme = 0;
        for (int tried = 0; good < Count; tried++)
        {
            Assert.True(tried < 20 * Count, $"Of {tried} tensors only {good} did not overflow.");
            int c = random.Next(Channels.Length), length = kind == "composition" ? random.Next(2, chosen.Length + 1) : 1;
            for (int i = 0; i < length; i++)
                chosen[i] = steps[c][random.Next(Parameters)];
            tensor.Next(random.Next(1, MaxPlaces + 1), Channels[c]);
            try
            {
                Run(chosen.AsSpan(0, length), tensor, isForwardFirst);
            }
            catch (FixedPointOverflowException)
            {
                tensor.Renew();
                continue;
            }

            Run(chosen.AsSpan(0, length), tensor, !isForwardFirst);
            Assert.True(tensor.AreAsBefore, $"{kind}: tensor {tried} did not come back.");
            good++;
            extreme += tensor.IsExtreme ? 1 : 0;
        }

        // What is near the limits is not all overflow.
        Assert.InRange(extreme, 1000, Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Any_value_is_coded_under_any_mean_and_level_and_any_stack_gives_values(bool isForwardFirst)
    {
        var random = new Random(5);
        var tensor = new RandomTensor(random);
        for (int good = 0; good < Count;)
        {
            tensor.Next(1, 2);
            (int value, int mean) = (tensor.View[0][0], tensor.View[0][1]);
            int level = random.Next(FixedGaussian.LevelCount);
            if (random.Next(2) == 0)
                mean = (int)Math.Clamp(value + (random.NextInt64(-1000, 1000) << random.Next(20)), -Most, Most);
            try
            {
                if (isForwardFirst)
                {
                    FixedGaussian.Push(tensor.Stack, value, mean, level);
                    Assert.Equal(value, FixedGaussian.Pop(tensor.Stack, mean, level));
                }
                else
                {
                    int popped = FixedGaussian.Pop(tensor.Stack, mean, level);
                    FixedGaussian.Push(tensor.Stack, popped, mean, level);
                }
            }
            catch (FixedPointOverflowException)
            {
                tensor.Renew();
                continue;
            }

            Assert.True(tensor.AreAsBefore);
            good++;
        }
    }

    [Fact]
    public void Noise_is_put_back_whatever_it_was_drawn_by()
    {
        var random = new Random(6);
        var tensor = new RandomTensor(random);
        for (int good = 0; good < Count;)
        {
            tensor.Next(1, 1);
            int mean = tensor.View[0][0], level = random.Next(FixedGaussian.LevelCount);
            try
            {
                int drawn = FixedGaussian.Draw(tensor.Stack, mean, level);
                FixedGaussian.PutBack(tensor.Stack, drawn, mean, level);
            }
            catch (FixedPointOverflowException)
            {
                tensor.Renew();
                continue;
            }

            Assert.True(tensor.AreAsBefore);
            good++;
        }
    }

    private static Step Create(string kind, int i, int channels, Random random) =>
        Step.Create(kind == "composition" ? Step.Kinds[i % Step.Kinds.Length] : kind, channels, random);

    private static void Run(ReadOnlySpan<Step> steps, RandomTensor tensor, bool isForward)
    {
        if (isForward)
        {
            foreach (Step step in steps)
                step.Apply(tensor.Stack, tensor.View);
        }
        else
        {
            for (int i = steps.Length - 1; i >= 0; i--)
                steps[i].Invert(tensor.Stack, tensor.View);
        }
    }

    /// <summary>A random tensor, and a stack of random words, with what both were.</summary>
    private sealed class RandomTensor(Random random)
    {
        private const int Words = 24;

        // Of one content so many tensors are coded, if none of them overflows.
        private const int Uses = 50;

        private readonly int[] _values = new int[MaxPlaces * 4];
        private readonly int[] _before = new int[MaxPlaces * 4];
        private readonly uint[] _words = new uint[Words];
        private int _left;
        private int _places;
        private int _channels;

        public AnsStack Stack { get; private set; } = new();

        public bool IsExtreme { get; private set; }

        public FixedTensor View => new(_values, 1, _places, _channels);

        public bool AreAsBefore => _values.AsSpan().SequenceEqual(_before) && Stack.ToWords().AsSpan().SequenceEqual(_words);

        public void Next(int places, int channels)
        {
            (_places, _channels) = (places, channels);
            IsExtreme = random.Next(20) == 0;
            int shift = random.Next(4, 24);
            foreach (ref int value in View.Values)
                value = IsExtreme ? Extremes[random.Next(Extremes.Length)] : random.Next(-Most, Most + 1) >> shift;
            _values.CopyTo(_before, 0);
            if (--_left < 0)
                Renew();
        }

        /// <summary>Loads other words: any will do, the least and the largest too.</summary>
        public void Renew()
        {
            int mode = random.Next(20);
            foreach (ref uint word in _words.AsSpan())
                word = mode == 0 ? 0 : mode == 1 ? uint.MaxValue : (uint)random.NextInt64(1L << 32);
            Stack.Dispose();
            Stack = AnsStack.FromWords(_words);
            _left = Uses;
        }
    }
}
